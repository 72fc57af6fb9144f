import type { FactsPatch } from '../../core/facts.ts'
import type { PayableKey } from '../../core/ids.ts'
import type { Sql } from '../connection.ts'
import type { Claim } from './claim-due.ts'
import { newPayToken } from './pay-token.ts'
import { factsCtes, listed } from './save-facts.ts'

/** Hands a payment, and everything heard of it, to the payable that it belongs to, and wakes that. */
export async function placeStray(
  sql: Sql,
  stray: Claim,
  claimedKey: string,
  sessionId: string | null,
  patch: FactsPatch,
  now: Date,
) {
  const ids = (patch.payments ?? []).map(p => p.id)
  // Where it was made, or where it is already, counts more than what its metadata claims.
  const [known] = await sql<{ payable_key: string }[]>`
    select payable_key from sessions where id = ${sessionId}
    union all select payable_key from payments where id = any(${ids}) limit 1`
  const key = known?.payable_key ?? claimedKey
  const moved = sql`moved as (
      update deliveries set payable_key = ${key} where payable_key = ${stray.key}
    ), woken as (
      insert into payables as p (key, kind, pay_token, due_at, urgent, created_at, updated_at)
      values (${key}, split_part(${key}, ':', 1), ${newPayToken(sql)},
              ${now}, true, ${now}, ${now})
      on conflict (key) do update set due_at = ${now}, kicks = p.kicks + 1, look_requested_at = ${now}
    )`
  await sql`
    with ${listed(sql, [moved, ...factsCtes(sql, [{ key: key as PayableKey, patch }])])}
    update payables set state = 'closed', say = ${`It belongs to ${key}.`}, due_at = null, lease_until = null, attempts = 0,
      last_error = null, updated_at = ${now}
    where key = ${stray.key} and lease_token = ${stray.token}`
}

/** A payment that nothing here asked for: another system of the merchant's made it. */
export async function dismissStray(sql: Sql, stray: Claim, say: string, now: Date): Promise<void> {
  await sql`
    with ignored as (
      update deliveries set outcome = 'ignored', processed_at = ${now} where payable_key = ${stray.key} and outcome = 'stored'
    )
    update payables set state = 'closed', say = ${say}, due_at = null, lease_until = null, attempts = 0,
      last_error = null, updated_at = ${now}
    where key = ${stray.key} and lease_token = ${stray.token}`
}
