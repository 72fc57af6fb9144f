import type { PayableKey } from '../../core/ids.ts'
import type { Sql } from '../connection.ts'
import { storableText } from '../storable.ts'
import { newPayToken } from './pay-token.ts'

type Expected = { key: PayableKey; userId: string; dueAt: Date }

/** Puts a top-up on the work list, if it is not there yet, to be looked at by `dueAt` at the latest. */
export async function expectTopup(sql: Sql, { key, userId, dueAt }: Expected, now: Date): Promise<void> {
  await sql`
    insert into payables as p (key, kind, pay_token, external_customer_id, due_at, created_at, updated_at)
    values (${key}, 'topup', ${newPayToken(sql)},
      ${storableText(userId)}, ${dueAt}, ${now}, ${now})
    on conflict (key) do update set due_at = least(p.due_at, ${dueAt}), look_requested_at = ${now}, kicks = p.kicks + 1`
}
