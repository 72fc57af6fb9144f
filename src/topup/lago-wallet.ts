import { CallError } from '../calls/call-error.ts'
import { asWritten, whenLeaving } from '../calls/hold.ts'
import type { Sql } from '../db/connection.ts'
import { mayOpenWallet, moveOpening, noteWallet } from '../db/queries/topup-wallets.ts'
import type { LagoWallet, LagoWallets } from '../lago/wallets.ts'
import type { Time } from '../time.ts'

const CURRENCY = 'USD'
const CODE = 'dodo-topups'
/** After this long a wallet or a transaction whose answer was lost is found by reading, or is not there. */
export const SETTLE_MS = 15_000

/** The wallet that a user's top-ups go to: ours, else the oldest whose credits are whole dollars. */
export const chosenWallet = (wallets: readonly LagoWallet[]): LagoWallet | null =>
  wallets.find(w => w.code === CODE && w.currency === CURRENCY) ??
  wallets.find(w => w.currency === CURRENCY && w.rate === 1) ??
  null

/** Finds the user's wallet, or opens one; never two, however many ask at once. Throws CallError. */
export async function walletFor(
  userId: string,
  { lago, sql, time }: { lago: LagoWallets; sql: Sql; time: Time },
): Promise<LagoWallet> {
  const known = chosenWallet(await lago.walletsOf(userId))
  if (known) return known
  const since = time.now()
  if (!(await mayOpenWallet(sql, userId, SETTLE_MS, since)))
    throw new CallError('not-sent', 'lago', 'POST /wallets', null, null, 'the wallet is just being opened')
  // What was looked for before may have been opened since: now nobody else opens one.
  const found = chosenWallet(await lago.walletsOf(userId))
  if (found) return found
  const leaves = async () => {
    const now = time.now()
    return asWritten(since, now, () => moveOpening(sql, userId, since, now))
  }
  const opened = await whenLeaving(leaves, () => lago.openWallet(userId, CURRENCY, CODE))
  await noteWallet(sql, userId, opened.id)
  return opened
}
