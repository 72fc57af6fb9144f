import type { Sql } from '../connection.ts'

/**
 * Takes the right to open a wallet for a user: true for one caller at a time, and again only after `patienceMs`, when a
 * wallet whose answer was lost would have been found.
 */
export async function mayOpenWallet(
  sql: Sql,
  userId: string,
  patienceMs: number,
  now: Date,
): Promise<boolean> {
  const rows = await sql`
    insert into topup_wallets as w (user_id, opening_since) values (${userId}, ${now})
    on conflict (user_id) do update set opening_since = excluded.opening_since
      where w.opening_since <= ${new Date(now.getTime() - patienceMs)}
    returning user_id`
  return rows.length > 0
}

/** The call that opens it leaves only now; false if somebody else has taken the right to it since. */
export async function moveOpening(sql: Sql, userId: string, since: Date, now: Date): Promise<boolean> {
  const rows = await sql`
    update topup_wallets set opening_since = ${now} where user_id = ${userId} and opening_since = ${since} returning 1`
  return rows.length > 0
}

export async function noteWallet(sql: Sql, userId: string, lagoWalletId: string): Promise<void> {
  await sql`update topup_wallets set lago_wallet_id = ${lagoWalletId} where user_id = ${userId}`
}
