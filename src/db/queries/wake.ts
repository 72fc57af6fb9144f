import type { PayableKey } from '../../core/ids.ts'
import type { Sql } from '../connection.ts'
import { newPayToken } from './pay-token.ts'

/** Makes payables due, to read everything again; those that do not exist yet are created. Returns how many. */
export async function wake(sql: Sql, keys: Iterable<PayableKey>, now: Date): Promise<number> {
  const wanted = [...new Set(keys)].sort()
  if (wanted.length === 0) return 0
  const rows = await sql`
    insert into payables as p (key, kind, pay_token, due_at, look_requested_at, created_at, updated_at)
    select key, split_part(key, ':', 1), ${newPayToken(sql)},
           ${now}, ${now}, ${now}, ${now}
    from unnest(${wanted}::text[]) as key
    on conflict (key) do update
      set due_at = ${now}, look_requested_at = ${now}, kicks = p.kicks + 1, attempts = 0
    returning 1`
  return rows.length
}

/** Remembers that payments belong to another system of the merchant's, so that they are not looked into again. */
export async function rememberForeign(sql: Sql, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return
  await sql`
    insert into payables (key, kind, pay_token, state, say, created_at, updated_at)
    select 'stray:' || id, 'stray', ${newPayToken(sql)},
           'closed', 'A payment of another system: nothing here asked for it.', ${now}, ${now}
    from unnest(${[...ids]}::text[]) as id
    on conflict (key) do nothing`
}

/** Which of these payables are due, are being worked on, or were since `since`: what was seen of them then is old. */
export async function atWork(
  sql: Sql,
  keys: readonly PayableKey[],
  since: Date,
  now: Date,
): Promise<Set<PayableKey>> {
  if (keys.length === 0) return new Set()
  const rows = await sql<{ key: PayableKey }[]>`
    select key from payables
    where key = any(${[...keys]}) and (due_at <= ${now} or lease_until > ${now} or updated_at >= ${since}) and attempts = 0`
  return new Set(rows.map(({ key }) => key))
}

/** Which of these payables, and of the owners of these payments, are due or being worked on. */
export async function restless(
  sql: Sql,
  keys: readonly string[],
  paymentIds: readonly string[],
  now: Date,
): Promise<{ key: PayableKey; attempts: number; lastError: string | null }[]> {
  return await sql<{ key: PayableKey; attempts: number; lastError: string | null }[]>`
    select p.key, p.attempts, p.last_error as "lastError" from payables p
    where p.key in (select unnest(${[...keys]}::text[])
                    union select payable_key from payments where id = any(${[...paymentIds]}))
      and (p.due_at <= ${now} or p.lease_until > ${now} or p.attempts > 0 and p.due_at is not null)`
}
