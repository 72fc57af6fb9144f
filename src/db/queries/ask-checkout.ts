import type { TopupFact } from '../../core/facts.ts'
import type { PayableKey } from '../../core/ids.ts'
import type { Sql } from '../connection.ts'
import { storableText } from '../storable.ts'
import { newPayToken } from './pay-token.ts'

type Ask = { key: PayableKey; paymentId: string; provider: string; resultBase: string; topup: TopupFact }

/** Somebody wants to pay for a top-up: its payment is written down if it is new, and the next run finds a checkout. */
export async function askCheckout(
  sql: Sql,
  { key, paymentId, provider, resultBase, topup }: Ask,
  now: Date,
): Promise<void> {
  await sql`
    with payment as (
      insert into topup_payments as t (payment_id, payable_key, provider, topup_id, user_id, credits, amount_minor, currency,
        status, note, result_base, created_at, updated_at)
      values (${paymentId}, ${key}, ${provider}, ${topup.id}, ${topup.userId}, ${topup.credits.toString()}::bigint,
        ${topup.amount.toString()}::bigint, ${topup.currency.toLowerCase()}, 'pending', ${storableText(topup.note)}, ${resultBase}, ${now}, ${now})
      on conflict (payment_id) do update set result_base = excluded.result_base
    )
    insert into payables as p (key, kind, pay_token, external_customer_id, link_requested_at, due_at, urgent, created_at, updated_at)
    values (${key}, 'topup', ${newPayToken(sql)},
      ${storableText(topup.userId)}, ${now}, ${now}, true, ${now}, ${now})
    on conflict (key) do update set link_requested_at = ${now}, due_at = ${now}, urgent = true, kicks = p.kicks + 1`
}

/** Whether a run has ended since the last one that was known of, and none goes on now. */
export async function restsSince(sql: Sql, key: PayableKey, known: Date | null, now: Date): Promise<boolean> {
  const rows = await sql`
    select 1 from payables where key = ${key} and (lease_until is null or lease_until <= ${now})
      and updated_at > ${known === null ? sql`created_at` : sql`${known}::timestamptz`}`
  return rows.length > 0
}

/** The sender has sent something again: what still waits is run now instead of when its turn comes. */
export async function wakePayable(sql: Sql, key: string, now: Date): Promise<void> {
  await sql`
    update payables set due_at = least(due_at, ${now}), urgent = true, kicks = kicks + 1, attempts = 0
    where key = ${key} and exists (select 1 from deliveries d where d.payable_key = ${key} and d.outcome = 'stored')`
}
