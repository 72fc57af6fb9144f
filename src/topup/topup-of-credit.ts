import type { Sql } from '../db/connection.ts'
import { topupOfTransaction } from '../db/queries/topups.ts'
import type { LagoWallets } from '../lago/wallets.ts'
import { ORIGIN } from './lago-mint.ts'

/**
 * The top-up that Lago's wallet transaction was written for, or null if somebody else wrote it. Lago is asked as well:
 * its webhook may be here before the answer to the call that caused it.
 */
export async function topupOfCredit(
  transactionId: string,
  { sql, lago }: { sql: Sql; lago: LagoWallets },
): Promise<string | null> {
  const known = await topupOfTransaction(sql, transactionId)
  if (known) return known
  const transaction = await lago.transaction(transactionId)
  return transaction?.metadata['origin'] === ORIGIN ? (transaction.metadata['topup_id'] ?? null) : null
}
