import type { Context } from '../context.ts'
import { subunits } from '../rules/currency.ts'
import type { WalletRow, WalletTransactionRow } from '../state/wallet.ts'
import { emitTransaction, emitWallet } from './settle-wallet-transaction.ts'

/** A blank transaction of a wallet, pending. Amounts in minor units. */
export function newTransaction(
  ctx: Context,
  wallet: WalletRow,
  given: Pick<WalletTransactionRow, 'transaction_status' | 'transaction_type' | 'amount_cents'> &
    Partial<WalletTransactionRow>,
): WalletTransactionRow {
  const transaction: WalletTransactionRow = {
    lago_id: ctx.uuid(),
    wallet,
    order: ctx.state.nextOrder(),
    invoice: null,
    lago_credit_note_id: null,
    lago_voided_invoice_id: null,
    status: 'pending',
    source: 'manual',
    credits: given.amount_cents / subunits(wallet.currency) / wallet.rate_amount,
    remaining_amount_cents: null,
    priority: 50,
    name: null,
    purchase_order_number: null,
    invoice_requires_successful_payment: false,
    metadata: [],
    settled_at: null,
    failed_at: null,
    created_at: ctx.clock.now(),
    ...given,
  }
  wallet.transactions.push(transaction)
  ctx.state.walletTransactions.set(transaction.lago_id, transaction)
  return transaction
}

/** Takes credits out of a wallet at once. Source: lago-api app/services/wallet_transactions/void_service.rb. */
export function voidCredits(
  ctx: Context,
  wallet: WalletRow,
  amount_cents: number,
  {
    note_id = null,
    from,
    ...rest
  }: { note_id?: string | null; from?: WalletTransactionRow } & Partial<WalletTransactionRow> = {},
): WalletTransactionRow {
  const transaction = newTransaction(ctx, wallet, {
    ...rest,
    transaction_status: 'voided',
    transaction_type: 'outbound',
    amount_cents,
    status: 'settled',
    settled_at: ctx.clock.now(),
    lago_credit_note_id: note_id,
  })
  wallet.balance_cents -= amount_cents
  let left = amount_cents
  for (const inbound of from ? [from] : wallet.transactions) {
    const remaining = inbound.remaining_amount_cents ?? 0
    const taken = Math.min(remaining, left)
    if (taken > 0) inbound.remaining_amount_cents = remaining - taken
    left -= taken
  }
  emitTransaction(ctx, 'wallet_transaction.created', transaction)
  emitWallet(ctx, 'wallet.updated', wallet)
  return transaction
}

/** Gives credits that cost nothing, at once and without an invoice. */
export function grantCredits(
  ctx: Context,
  wallet: WalletRow,
  amount_cents: number,
  given: Partial<WalletTransactionRow> = {},
): WalletTransactionRow {
  const transaction = newTransaction(ctx, wallet, {
    ...given,
    transaction_status: 'granted',
    transaction_type: 'inbound',
    amount_cents,
    remaining_amount_cents: amount_cents,
    status: 'settled',
    settled_at: ctx.clock.now(),
  })
  wallet.balance_cents += amount_cents
  emitTransaction(ctx, 'wallet_transaction.created', transaction)
  emitWallet(ctx, 'wallet.updated', wallet)
  return transaction
}
