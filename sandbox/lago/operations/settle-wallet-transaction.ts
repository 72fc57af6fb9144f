import type { Context } from '../context.ts'
import { walletObject, walletTransactionObject } from '../serialize/wallet.ts'
import type { WalletRow, WalletTransactionRow } from '../state/wallet.ts'

/** Credits a top-up once, also one that had failed before. Source: lago-api app/services/wallet_transactions/settle_service.rb. */
export function settleTransaction(ctx: Context, transaction: WalletTransactionRow): void {
  if (transaction.status === 'settled' || transaction.wallet.status !== 'active') return
  transaction.status = 'settled'
  transaction.settled_at = ctx.clock.now()
  transaction.failed_at = null
  transaction.remaining_amount_cents = transaction.amount_cents
  transaction.wallet.balance_cents += transaction.amount_cents
  emitTransaction(ctx, 'wallet_transaction.updated', transaction)
  emitWallet(ctx, 'wallet.updated', transaction.wallet)
}

/** Only what is pending can fail: credits given stay given. Source: lago-api mark_as_failed_service.rb. */
export function failTransaction(ctx: Context, transaction: WalletTransactionRow): void {
  if (transaction.status !== 'pending') return
  transaction.status = 'failed'
  transaction.failed_at = ctx.clock.now()
  emitTransaction(ctx, 'wallet_transaction.updated', transaction)
}

export function emitTransaction(
  ctx: Context,
  type: 'wallet_transaction.created' | 'wallet_transaction.updated',
  transaction: WalletTransactionRow,
): void {
  ctx.emit(type, () => walletTransactionObject(ctx, transaction, true))
}

export function emitWallet(
  ctx: Context,
  type: 'wallet.created' | 'wallet.updated' | 'wallet.terminated',
  wallet: WalletRow,
): void {
  ctx.emit(type, () => walletObject(ctx, wallet))
}
