import { CallError, isRefusal } from '../calls/call-error.ts'
import { whenLeaving } from '../calls/hold.ts'
import { minBigint } from '../core/money.ts'
import { restartDebit } from '../db/queries/topup-debits.ts'
import type { TopupRow } from '../db/queries/topups.ts'
import { type LagoWalletTransaction, toCredits } from '../lago/wallets.ts'
import type { DebitEntry } from './balance.ts'
import { CREDITS_PER_CENT } from './credits.ts'
import { type LagoParts, ORIGIN } from './lago-mint.ts'
import { chosenWallet, SETTLE_MS } from './lago-wallet.ts'

/** Voids what a refund stands for, as far as the wallet still holds it: Lago's balances cannot go below zero. */
export async function take(
  topup: TopupRow,
  entry: DebitEntry,
  parts: LagoParts,
): Promise<{ debited: bigint; shortfall: bigint }> {
  const { lago, sql, time } = parts
  const result = (cents: bigint) => ({
    debited: cents * CREDITS_PER_CENT,
    shortfall: entry.credits - cents * CREDITS_PER_CENT,
  })
  const waited = time.now().getTime() - entry.since.getTime()
  const wallets = await lago.walletsOf(topup.userId)
  if (!entry.isNew) {
    const earlier = await find(entry, wallets, parts)
    if (earlier) return result(earlier.amount)
    if (waited < SETTLE_MS)
      throw new CallError(
        'unknown',
        'lago',
        'POST /wallet_transactions',
        null,
        null,
        'the credits may still be taken by an earlier call',
        SETTLE_MS - waited,
      )
    await restartDebit(sql, entry.key, time.now())
  }
  const home = topup.lagoWalletTransactionId ? await lago.transaction(topup.lagoWalletTransactionId) : null
  const wallet = wallets.find(w => w.id === home?.walletId) ?? chosenWallet(wallets)
  const cents = minBigint(wallet?.balance ?? 0n, entry.credits / CREDITS_PER_CENT)
  if (!wallet || cents <= 0n) return result(0n)
  try {
    const asked = {
      walletId: wallet.id,
      credits: toCredits(cents),
      name: entry.note.slice(0, 255),
      metadata: {
        topup_id: topup.topupId,
        debit_key: entry.key,
        payment_id: String(entry.meta['payment_id'] ?? ''),
        origin: ORIGIN,
      },
    }
    const leaves = () => restartDebit(sql, entry.key, time.now()).then(() => true)
    await whenLeaving(leaves, () => lago.take(asked))
  } catch (error) {
    // Spent between the look and the call: it had no effect, and is tried again with what is there then.
    if (!isRefusal(error, 422)) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new CallError('not-sent', 'lago', 'POST /wallet_transactions', 422, null, message)
  }
  return result(cents)
}

async function find(
  { key, since }: DebitEntry,
  wallets: readonly { id: string }[],
  { lago }: LagoParts,
): Promise<LagoWalletTransaction | null> {
  for (const wallet of wallets)
    for await (const t of lago.transactionsOf(wallet.id)) {
      if (t.createdAt && t.createdAt.getTime() < since.getTime() - 60_000) break
      if (!t.inbound && t.metadata['debit_key'] === key) return t
    }
  return null
}
