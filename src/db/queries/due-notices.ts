import type { Sql } from '../connection.ts'

/** A notice that was claimed to be sent. */
export type DueNotice = {
  id: number
  payableKey: string
  kind: string
  key: string
  detail: Readonly<Record<string, string>>
  createdAt: Date
  /** How often it was tried, this time included. */
  attempts: number
}

/** Claims notices that are due, the oldest first, each for one sender at a time until `until`. */
export async function claimNotices(sql: Sql, now: Date, until: Date, limit: number): Promise<DueNotice[]> {
  return await sql<DueNotice[]>`
    with picked as (
      select id from notices where due_at <= ${now} order by due_at, id limit ${limit} for update skip locked
    )
    update notices n set due_at = ${until}, attempts = n.attempts + 1
    from picked where n.id = picked.id
    returning n.id, n.payable_key as "payableKey", n.kind, n.key, n.detail, n.created_at as "createdAt", n.attempts`
}

export async function noticeSent(sql: Sql, id: number, now: Date): Promise<void> {
  await sql`update notices set sent_at = ${now}, due_at = null, last_error = null where id = ${id}`
}

/** `retryAt` null: it is given up, and stays to be seen with its error. */
export async function noticeFailed(sql: Sql, id: number, error: string, retryAt: Date | null): Promise<void> {
  await sql`update notices set due_at = ${retryAt}, last_error = ${error} where id = ${id} and sent_at is null`
}
