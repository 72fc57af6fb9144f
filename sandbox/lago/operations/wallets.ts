import type { Context } from '../context.ts'
import { forbidden, notAllowed, notFound, unprocessable } from '../errors.ts'
import type { FieldErrors } from '../rules/credit-note-input.ts'
import { isCredits } from '../rules/credits.ts'
import { isCurrency } from '../rules/currency.ts'
import type { WalletRow } from '../state/wallet.ts'
import { emitWallet } from './settle-wallet-transaction.ts'
import { topUp } from './top-up.ts'

const MAX_ACTIVE_WALLETS = 6

export type WalletParams = Record<string, unknown>

/** POST /wallets; the first credits come a moment later. Source: lago-api app/services/wallets/create_service.rb. */
export function createWallet(ctx: Context, params: WalletParams): WalletRow {
  const { external_customer_id, currency, rate_amount } = params as {
    external_customer_id?: unknown
    currency?: unknown
    rate_amount?: unknown
  }
  const customer = ctx.state.customersByExternalId.get(String(external_customer_id ?? ''))
  const errors: FieldErrors = {}
  if (!customer) errors['customer'] = ['customer_not_found']
  const active = customer?.wallets.filter(wallet => wallet.status === 'active').length ?? 0
  if (active >= MAX_ACTIVE_WALLETS) errors['customer'] = ['wallet_limit_reached']
  const rate = Number(rate_amount)
  if (rate_amount === undefined || !Number.isFinite(rate) || rate <= 0)
    errors['rate_amount'] = ['invalid_value']
  const code = currency ?? customer?.currency
  if (!isCurrency(code)) errors['currency'] = ['value_is_invalid']
  for (const field of ['paid_credits', 'granted_credits'] as const) {
    const value = params[field]
    if (value !== undefined && value !== null && !isCredits(value))
      errors[field] = [`invalid_${field}`, 'invalid_amount']
  }
  if (Object.keys(errors).length > 0 || !customer || !isCurrency(code)) throw unprocessable(errors)
  if (
    Array.isArray(params['recurring_transaction_rules']) &&
    params['recurring_transaction_rules'].length > 0
  ) {
    if (!ctx.settings.premium) throw forbidden()
  }
  customer.currency ??= code
  const wallet: WalletRow = {
    lago_id: ctx.uuid(),
    customer,
    order: ctx.state.nextOrder(),
    status: 'active',
    currency: code,
    name: text(params['name']),
    code: text(params['code']) ?? `wallet_${ctx.state.wallets.size + 1}`,
    purchase_order_number: text(params['purchase_order_number']),
    rate_amount: rate,
    balance_cents: 0,
    consumed_credits: 0,
    priority: typeof params['priority'] === 'number' ? params['priority'] : 50,
    invoice_requires_successful_payment: params['invoice_requires_successful_payment'] === true,
    paid_top_up_min_amount_cents: whole(params['paid_top_up_min_amount_cents']),
    paid_top_up_max_amount_cents: whole(params['paid_top_up_max_amount_cents']),
    metadata: (params['metadata'] as Record<string, string> | undefined) ?? null,
    expiration_at: date(params['expiration_at']),
    terminated_at: null,
    created_at: ctx.clock.now(),
    transactions: [],
  }
  ctx.state.wallets.set(wallet.lago_id, wallet)
  customer.wallets.push(wallet)
  emitWallet(ctx, 'wallet.created', wallet)
  const { paid_credits, granted_credits, transaction_metadata, transaction_name } = params
  if (positive(paid_credits) || positive(granted_credits)) {
    ctx.later(() => {
      topUp(ctx, {
        wallet_id: wallet.lago_id,
        paid_credits,
        granted_credits,
        name: transaction_name,
        metadata: transaction_metadata,
      })
    })
  }
  return wallet
}

/** PUT /wallets/:id. */
export function updateWallet(ctx: Context, wallet: WalletRow, params: WalletParams): WalletRow {
  if ('name' in params) wallet.name = text(params['name'])
  if (text(params['code'])) wallet.code = text(params['code']) ?? wallet.code
  if (typeof params['priority'] === 'number') wallet.priority = params['priority']
  if ('expiration_at' in params) wallet.expiration_at = date(params['expiration_at'])
  if (typeof params['invoice_requires_successful_payment'] === 'boolean') {
    wallet.invoice_requires_successful_payment = params['invoice_requires_successful_payment']
  }
  for (const field of ['paid_top_up_min_amount_cents', 'paid_top_up_max_amount_cents'] as const) {
    if (field in params) wallet[field] = whole(params[field])
  }
  emitWallet(ctx, 'wallet.updated', wallet)
  return wallet
}

/** DELETE /wallets/:id. Source: lago-api app/services/wallets/terminate_service.rb. */
export function terminateWallet(ctx: Context, wallet: WalletRow): WalletRow {
  if (wallet.status === 'terminated') throw notAllowed('wallet_already_terminated')
  wallet.status = 'terminated'
  wallet.terminated_at = ctx.clock.now()
  emitWallet(ctx, 'wallet.terminated', wallet)
  return wallet
}

export function findWallet(ctx: Context, id: string): WalletRow {
  const wallet = ctx.state.wallets.get(id)
  if (!wallet) throw notFound('wallet')
  return wallet
}

const positive = (value: unknown): boolean => isCredits(value) && Number(value) > 0
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const whole = (value: unknown): number | null => (typeof value === 'number' ? Math.trunc(value) : null)
const date = (value: unknown): Date | null =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? new Date(value) : null
