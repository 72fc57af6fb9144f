import type { Context } from '../context.ts'
import { seconds, secondsOrNull } from '../dates.ts'
import { subunits } from '../rules/currency.ts'
import { formatE5, toE5 } from '../rules/fixed-point.ts'
import { has } from '../rules/version.ts'
import type { WalletRow, WalletTransactionRow } from '../state/wallet.ts'
import { asCurrency, type WireWallet, type WireWalletTransaction } from './wire.ts'

const decimal = (value: number): string => formatE5(toE5(value))

const PAYMENT_METHOD = { payment_method_id: null, payment_method_type: 'provider' } as const

/** Source: lago-api app/serializers/v1/wallet_serializer.rb. */
export function walletObject(ctx: Context, wallet: WalletRow): WireWallet {
  const credits = decimal(wallet.balance_cents / subunits(wallet.currency) / wallet.rate_amount)
  return {
    lago_id: wallet.lago_id,
    lago_customer_id: wallet.customer.lago_id,
    external_customer_id: wallet.customer.external_id,
    ...(has(ctx.settings.version, 'billingEntityCode') && {
      billing_entity_code: ctx.organization.billing_entity_code,
    }),
    status: wallet.status,
    currency: asCurrency(wallet.currency),
    name: wallet.name,
    code: wallet.code,
    ...(has(ctx.settings.version, 'purchaseOrderNumber') && {
      purchase_order_number: wallet.purchase_order_number,
    }),
    rate_amount: decimal(wallet.rate_amount),
    credits_balance: credits,
    credits_ongoing_balance: credits,
    credits_ongoing_usage_balance: '0.0',
    balance_cents: wallet.balance_cents,
    ongoing_balance_cents: wallet.balance_cents,
    ongoing_usage_balance_cents: 0,
    consumed_credits: decimal(wallet.consumed_credits),
    created_at: seconds(wallet.created_at),
    expiration_at: secondsOrNull(wallet.expiration_at),
    last_balance_sync_at: null,
    last_consumed_credit_at: null,
    terminated_at: secondsOrNull(wallet.terminated_at),
    invoice_requires_successful_payment: wallet.invoice_requires_successful_payment,
    paid_top_up_min_amount_cents: wallet.paid_top_up_min_amount_cents,
    paid_top_up_max_amount_cents: wallet.paid_top_up_max_amount_cents,
    priority: wallet.priority,
    recurring_transaction_rules: [],
    applies_to: { fee_types: [], billable_metric_codes: [] },
    applied_invoice_custom_sections: [],
    payment_method: PAYMENT_METHOD as never,
    metadata: wallet.metadata,
  }
}

/** Source: lago-api app/serializers/v1/wallet_transaction_serializer.rb. */
export function walletTransactionObject(
  ctx: Context,
  transaction: WalletTransactionRow,
  withWallet = false,
): WireWalletTransaction {
  const { wallet } = transaction
  const unit = subunits(wallet.currency)
  const remaining = transaction.remaining_amount_cents
  return {
    lago_id: transaction.lago_id,
    lago_wallet_id: wallet.lago_id,
    ...(has(ctx.settings.version, 'invoiceIdOnWalletTransaction') && {
      lago_invoice_id: transaction.invoice?.lago_id ?? null,
      lago_credit_note_id: transaction.lago_credit_note_id,
      lago_voided_invoice_id: transaction.lago_voided_invoice_id,
    }),
    ...(has(ctx.settings.version, 'billingEntityCode') && {
      billing_entity_code: ctx.organization.billing_entity_code,
    }),
    status: transaction.status,
    source: transaction.source,
    transaction_status: transaction.transaction_status,
    transaction_type: transaction.transaction_type,
    amount: decimal(transaction.amount_cents / unit),
    credit_amount: decimal(transaction.credits),
    remaining_amount_cents: remaining,
    remaining_credit_amount: remaining === null ? null : decimal(remaining / unit / wallet.rate_amount),
    priority: transaction.priority,
    ...(has(ctx.settings.version, 'purchaseOrderNumber') && {
      purchase_order_number: transaction.purchase_order_number,
    }),
    settled_at: secondsOrNull(transaction.settled_at),
    failed_at: secondsOrNull(transaction.failed_at),
    created_at: seconds(transaction.created_at),
    invoice_requires_successful_payment: transaction.invoice_requires_successful_payment,
    metadata: transaction.metadata,
    name: transaction.name,
    applied_invoice_custom_sections: [],
    payment_method: PAYMENT_METHOD as never,
    ...(withWallet && { wallet: walletObject(ctx, wallet) }),
  }
}
