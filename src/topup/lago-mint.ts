import { CallError, isRefusal } from '../calls/call-error.ts'
import { asWritten, whenLeaving } from '../calls/hold.ts'
import type { LagoInvoiceId } from '../core/ids.ts'
import type { Sql } from '../db/connection.ts'
import { beginMinting, clearMinting, moveMinting, noteMinted, type TopupRow } from '../db/queries/topups.ts'
import type { Lago } from '../lago/client.ts'
import { type LagoWallets, type LagoWalletTransaction, toCredits } from '../lago/wallets.ts'
import { referenceOf } from '../steps/record-payment.ts'
import type { LicenceMemory } from '../steps/types.ts'
import type { Pace, Time } from '../time.ts'
import type { CreditEntry } from './balance.ts'
import { SETTLE_MS, walletFor } from './lago-wallet.ts'

export type LagoParts = {
  lago: LagoWallets
  invoices: Lago
  licence: LicenceMemory
  sql: Sql
  time: Time
  pace: Pick<Pace, 'sleep'>
}

/** Written on the transaction, so that it is known for ours whoever finds it. */
export const ORIGIN = 'lago-dodo-bridge'

/** How long one attempt waits for Lago's jobs, and how often it looks. */
const PATIENCE_MS = 4_000
const PAUSES_MS = [20, 50, 100, 200, 400]

/**
 * The money is here already: has Lago write the credits, marks their invoice paid, and waits until they are on the
 * wallet. Each part is first looked for, so that it may be begun again after any end. Throws CallError.
 */
export async function mint(topup: TopupRow, entry: CreditEntry, parts: LagoParts): Promise<void> {
  const written = (await find(topup, parts)) ?? (await write(topup, entry, parts))
  if (written.status === 'settled') return
  const billed = await until(written, t => t.invoiceId !== null || t.status === 'settled', topup, parts)
  await noteMinted(parts.sql, topup.topupId, billed.id, billed.invoiceId)
  if (billed.status === 'settled') return
  await settle(billed, topup, entry, parts)
  await until(billed, t => t.status === 'settled', topup, parts)
}

/** The transaction of an earlier attempt, by its id or by our mark on it. */
async function find(topup: TopupRow, { lago, sql, time }: LagoParts): Promise<LagoWalletTransaction | null> {
  if (topup.lagoWalletTransactionId) return await lago.transaction(topup.lagoWalletTransactionId)
  if (!topup.mintingSince) return null
  // What is not found proves something only if it was looked for late enough.
  const waited = time.now().getTime() - topup.mintingSince.getTime()
  for (const wallet of await lago.walletsOf(topup.userId))
    for await (const transaction of lago.transactionsOf(wallet.id)) {
      // What is older than the first attempt cannot be ours.
      if (transaction.createdAt && transaction.createdAt.getTime() < topup.createdAt.getTime() - 60_000) break
      if (!transaction.inbound || transaction.metadata['topup_id'] !== topup.topupId) continue
      await noteMinted(sql, topup.topupId, transaction.id, transaction.invoiceId)
      return transaction
    }
  if (waited < SETTLE_MS) throw notYet('the credits that were asked for may still appear', SETTLE_MS - waited)
  return null
}

async function write(
  topup: TopupRow,
  { ref, note, meta }: CreditEntry,
  parts: LagoParts,
): Promise<LagoWalletTransaction> {
  const { lago, sql, time } = parts
  const wallet = await walletFor(topup.userId, parts)
  const now = time.now()
  const settled = (at: Date) => new Date(at.getTime() + SETTLE_MS)
  if (!(await beginMinting(sql, topup.topupId, ref, settled(now), now)))
    throw notYet('the credits are just being asked for', 1_000)
  const leaves = async () => {
    const at = time.now()
    return asWritten(now, at, () => moveMinting(sql, topup.topupId, now, settled(at), at))
  }
  const asked = {
    walletId: wallet.id,
    // Lago's credits have five decimals: with a wallet whose credit is a dollar, cents are exact.
    credits: toCredits(topup.usdCents),
    name: note.slice(0, 255),
    metadata: {
      topup_id: topup.topupId,
      payment_id: String(meta['payment_id'] ?? ''),
      dodo_payment_id: ref,
      origin: ORIGIN,
    },
  }
  const transaction = await whenLeaving(leaves, () => lago.mint(asked)).catch(async error => {
    // It certainly is not there, so the next attempt need not wait for it.
    if (error instanceof CallError && error.failure !== 'unknown') await clearMinting(sql, topup.topupId)
    throw error
  })
  if (!transaction) throw notYet('Lago wrote no transaction', 0)
  await noteMinted(sql, topup.topupId, transaction.id, transaction.invoiceId)
  return transaction
}

/** With a licence as a payment with its reference, without one by the status. Either settles the credits, once. */
async function settle(
  { invoiceId }: LagoWalletTransaction,
  topup: TopupRow,
  { ref }: CreditEntry,
  { invoices, licence, time }: LagoParts,
): Promise<void> {
  const id = invoiceId as LagoInvoiceId
  if (!licence.missing()) {
    try {
      const payment = {
        invoiceId: id,
        amount: topup.usdCents,
        reference: referenceOf(ref),
        paidAt: time.now(),
      }
      return void (await invoices.recordPayment(payment))
    } catch (error) {
      // Nothing is due any more: an earlier attempt was recorded.
      if (isRefusal(error, 422)) return
      if (!isRefusal(error, 403) && !isRefusal(error, 404)) throw error
      await licence.noteMissing()
    }
  }
  await invoices.setPaymentStatus(id, 'succeeded', time.now())
}

/** Lago's jobs run a moment later: looks a few times, then leaves the rest to the next attempt. */
async function until(
  transaction: LagoWalletTransaction,
  holds: (t: LagoWalletTransaction) => boolean,
  { userId }: TopupRow,
  { lago, time, pace }: LagoParts,
): Promise<LagoWalletTransaction> {
  const began = time.now().getTime()
  let seen = transaction
  for (let look = 0; !holds(seen); look++) {
    if (time.now().getTime() - began > PATIENCE_MS)
      throw notYet(`Lago's transaction ${seen.id} is ${seen.status}`, 1_000)
    await pace.sleep(PAUSES_MS[look] ?? 500)
    const again = (await lago.transaction(transaction.id)) ?? (await listed(transaction, lago))
    if (!again) throw notYet(`Lago does not know its transaction ${transaction.id} any more`, 0)
    // Before v1.30 a transaction does not name its invoice.
    const invoiceId = again.namesInvoice ? again.invoiceId : await lago.creditInvoiceOf(userId, again.id)
    seen = { ...again, invoiceId }
  }
  return seen
}

/** Before v1.18 a transaction cannot be asked for by its id. */
async function listed(
  { id, walletId }: LagoWalletTransaction,
  lago: LagoWallets,
): Promise<LagoWalletTransaction | null> {
  if (walletId) for await (const t of lago.transactionsOf(walletId)) if (t.id === id) return t
  return null
}

const notYet = (message: string, afterMs: number) =>
  new CallError('unknown', 'lago', 'POST /wallet_transactions', null, null, message, afterMs)
