import type { PayableKey } from '../../core/ids.ts'
import type { Sql } from '../connection.ts'

/** The payable behind a pay link, or null. */
export async function payableByToken(sql: Sql, token: string): Promise<PayableKey | null> {
  const [row] = await sql<{ key: PayableKey }[]>`select key from payables where pay_token = ${token}`
  return row?.key ?? null
}

/** Somebody wants to pay: the next run finds or opens a checkout. */
export async function requestLink(sql: Sql, key: PayableKey, now: Date): Promise<void> {
  await sql`
    update payables set link_requested_at = ${now}, due_at = ${now}, urgent = true, kicks = kicks + 1 where key = ${key}`
}

/**
 * Asks that everything be read again; at most once in `pauseMs`, so that a page that reloads costs nothing. Returns false
 * if that was not long enough ago.
 */
export async function requestLook(sql: Sql, key: PayableKey, now: Date, pauseMs = 0): Promise<boolean> {
  const rows = await sql`
    update payables set look_requested_at = ${now}, due_at = ${now}, urgent = true, kicks = kicks + 1
    where key = ${key} and (look_requested_at is null or look_requested_at <= ${new Date(now.getTime() - pauseMs)})
    returning 1`
  return rows.length > 0
}
