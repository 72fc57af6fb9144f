import type { Context } from '../context.ts'
import { unprocessable } from '../errors.ts'
import type { FieldErrors } from '../rules/credit-note-input.ts'
import { isCredits } from '../rules/credits.ts'
import { subunits } from '../rules/currency.ts'
import { rubyRound } from '../rules/fixed-point.ts'
import type { WalletRow, WalletTransactionRow } from '../state/wallet.ts'
import { announceInvoice } from '../webhooks/invoice-events.ts'
import { buildInvoice } from './build-invoice.ts'
import { emitTransaction } from './settle-wallet-transaction.ts'
import { grantCredits, newTransaction, voidCredits } from './void-credits.ts'

export interface TopUpParams {
  wallet_id?: unknown
  paid_credits?: unknown
  granted_credits?: unknown
  voided_credits?: unknown
  invoice_requires_successful_payment?: unknown
  ignore_paid_top_up_limits?: unknown
  name?: unknown
  priority?: unknown
  purchase_order_number?: unknown
  metadata?: unknown
}

const MAX_METADATA = 15

/**
 * POST /wallet_transactions: one transaction per kind of credits, none for a kind that is missing or zero. The invoice
 * of paid credits is made by a job afterwards, so the answer never names it.
 * Source: lago-api app/services/wallet_transactions/create_from_params_service.rb, validate_service.rb.
 */
export function topUp(ctx: Context, params: TopUpParams): WalletTransactionRow[] {
  const wallet = ctx.state.wallets.get(String(params.wallet_id ?? ''))
  const errors = topUpErrors(wallet, params)
  if (!wallet || Object.keys(errors).length > 0) throw unprocessable(errors)
  const common = {
    name: typeof params.name === 'string' ? params.name : null,
    purchase_order_number:
      typeof params.purchase_order_number === 'string' ? params.purchase_order_number : null,
    priority: typeof params.priority === 'number' ? params.priority : 50,
    metadata: (params.metadata as WalletTransactionRow['metadata'] | undefined) ?? [],
  }
  const made: WalletTransactionRow[] = []
  const paid = amountOf(wallet, params.paid_credits)
  if (paid > 0) {
    const transaction = newTransaction(ctx, wallet, {
      ...common,
      transaction_status: 'purchased',
      transaction_type: 'inbound',
      amount_cents: paid,
      credits: Number(params.paid_credits),
      invoice_requires_successful_payment:
        typeof params.invoice_requires_successful_payment === 'boolean'
          ? params.invoice_requires_successful_payment
          : wallet.invoice_requires_successful_payment,
    })
    emitTransaction(ctx, 'wallet_transaction.created', transaction)
    ctx.later(() => billPaidCredits(ctx, transaction))
    made.push(transaction)
  }
  const granted = amountOf(wallet, params.granted_credits)
  if (granted > 0) made.push(grantCredits(ctx, wallet, granted, common))
  const voided = amountOf(wallet, params.voided_credits)
  if (voided > 0) made.push(voidCredits(ctx, wallet, voided, common))
  return made
}

function topUpErrors(wallet: WalletRow | undefined, params: TopUpParams): FieldErrors {
  if (!wallet) return { wallet_id: ['wallet_not_found'] }
  if (wallet.status === 'terminated') return { wallet_id: ['wallet_is_terminated'] }
  const errors: FieldErrors = {}
  for (const field of ['paid_credits', 'granted_credits', 'voided_credits'] as const) {
    const value = params[field]
    if (value === undefined || value === null) continue
    if (!isCredits(value)) errors[field] = [`invalid_${field}`, 'invalid_amount']
    else if (Number(value) > 0 && amountOf(wallet, value) === 0) errors[field] = ['amount_rounds_to_zero']
  }
  const paid = amountOf(wallet, params.paid_credits)
  if (!errors['paid_credits'] && paid > 0 && params.ignore_paid_top_up_limits !== true) {
    const { paid_top_up_min_amount_cents: min, paid_top_up_max_amount_cents: max } = wallet
    if (min !== null && paid < min) errors['paid_credits'] = ['amount_below_minimum']
    if (max !== null && paid > max) errors['paid_credits'] = ['amount_above_maximum']
  }
  if (!errors['voided_credits'] && amountOf(wallet, params.voided_credits) > wallet.balance_cents) {
    errors['voided_credits'] = ['insufficient_credits']
  }
  const { priority } = params
  if (priority !== undefined && priority !== null) {
    const valid = typeof priority === 'number' && priority >= 1 && priority <= 50
    if (!valid) errors['priority'] = ['value_is_invalid']
  }
  if (params.metadata !== undefined && params.metadata !== null) {
    const problem = metadataError(params.metadata)
    if (problem) errors['metadata'] = [problem]
  }
  return errors
}

function metadataError(metadata: unknown): string | null {
  if (!Array.isArray(metadata)) return 'invalid_type'
  if (metadata.length > MAX_METADATA) return 'invalid_count'
  for (const entry of metadata as unknown[]) {
    const { key, value } = (entry ?? {}) as { key?: unknown; value?: unknown }
    if (typeof key !== 'string' || typeof value !== 'string') return 'invalid_key_value_pair'
    if (key.length > 20) return 'key_too_long'
    if (value.length > 100) return 'value_too_long'
  }
  return null
}

/** Minor units: credits times the rate, rounded to the currency. */
function amountOf(wallet: WalletRow, credits: unknown): number {
  if (!isCredits(credits)) return 0
  const exact = Number(credits) * wallet.rate_amount * subunits(wallet.currency)
  return rubyRound(Math.round(exact * 1e6) / 1e6)
}

/** The invoice of paid credits. Gated ones stay `open` on a licensed Lago. Source: app/services/invoices/paid_credit_service.rb. */
function billPaidCredits(ctx: Context, transaction: WalletTransactionRow): void {
  const { wallet } = transaction
  const gated = transaction.invoice_requires_successful_payment && ctx.settings.premium
  const invoice = buildInvoice(ctx, {
    customer: wallet.customer,
    currency: wallet.currency,
    fees: [
      {
        amount_cents: transaction.amount_cents,
        type: 'credit',
        code: 'credit',
        name: transaction.name ?? 'credit',
        units: transaction.credits,
        lago_item_id: transaction.lago_id,
        tax_codes: [],
      },
    ],
    taxes: [],
    coupons: [],
    progressive_billing_credit_amount_cents: 0,
    credit_notes_amount_cents: 0,
    prepaid_credit_amount_cents: 0,
    invoice_type: 'credit',
    status: gated ? 'open' : 'finalized',
    payment_status: 'pending',
    self_billed: false,
    net_payment_term: wallet.customer.net_payment_term ?? ctx.organization.net_payment_term,
    purchase_order_number: transaction.purchase_order_number,
    version_number: 4,
    wallet_transaction: transaction,
  })
  transaction.invoice = invoice
  ctx.state.addInvoice(invoice)
  announceInvoice(ctx, invoice)
}
