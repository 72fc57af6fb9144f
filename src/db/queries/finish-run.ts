import type { FactsPatch } from '../../core/facts.ts'
import type { Plan } from '../../core/plan/index.ts'
import type { Sql } from '../connection.ts'
import { storableJson, storableText } from '../storable.ts'
import type { Claim } from './claim-due.ts'
import { factsCtes, snapshotColumns } from './save-facts.ts'

/** How a run that came to its end leaves the payable. */
export type Finish = {
  plan: Pick<Plan, 'state' | 'say' | 'attention' | 'wakeAt' | 'notices'>
  /** Everything learned that is not stored yet. */
  patch: FactsPatch
  /** The deliveries taken up, by id: one with a lower id may be committed after one with a higher. */
  heard: readonly number[]
  /** Notices not written yet are due at once if somebody listens. */
  notify: boolean
  retryRequestedAt: Date | null
}

/**
 * Stores the end of a run in one statement: what was learned, the deliveries that were taken up, the notices and
 * when to run next. Something heard meanwhile makes it due at once. Returns false if the lease was lost.
 */
export async function finishRun(sql: Sql, claim: Claim, finish: Finish, now: Date): Promise<boolean> {
  const { plan, patch } = finish
  const notices = plan.notices.map(({ kind, key, detail }) => ({ kind, key, detail }))
  const rows = await sql`
    with held as (
      select key from payables where key = ${claim.key} and lease_token = ${claim.token}
    ), applied as (
      update deliveries d set outcome = 'applied', processed_at = ${now}, attempts = d.attempts + 1
      from held where d.payable_key = held.key and d.outcome = 'stored' and d.id = any(${[...finish.heard]}::bigint[])
    ), told as (
      insert into notices (payable_key, kind, key, detail, created_at, due_at)
      select held.key, n.kind, n.key, n.detail, ${now}, case when ${finish.notify} then ${now}::timestamptz end
      from held, jsonb_to_recordset(${storableJson(notices)}::text::jsonb) as n (kind text, key text, detail jsonb)
      on conflict do nothing
    ), ${factsCtes(sql, claim.key, patch)}
    update payables p set ${snapshotColumns(sql, patch)},
      state = ${plan.state}, say = ${plan.say}, attention = ${storableJson(plan.attention)}::text::jsonb,
      retry_requested_at = greatest(p.retry_requested_at, ${finish.retryRequestedAt}),
      due_at = case when p.kicks <> ${claim.kicks} then ${now}::timestamptz else ${plan.wakeAt} end,
      urgent = p.kicks <> ${claim.kicks} and p.urgent,
      lease_until = null, attempts = 0, last_error = null, updated_at = ${now}
    from held where p.key = held.key
    returning p.key`
  return rows.length > 0
}

type Failure = {
  patch: FactsPatch
  error: string
  retryAt: Date | null
  attention: Plan['attention'] | null
  retryRequestedAt: Date | null
}

/**
 * Stores a run that did not come to its end: what was learned stays, its deliveries stay open, and it is due again at
 * `retryAt`. With `attention` it has failed too often and waits for a person.
 */
export async function failRun(sql: Sql, claim: Claim, failure: Failure, now: Date): Promise<void> {
  await sql`
    with ${factsCtes(sql, claim.key, failure.patch)}
    update payables p set ${snapshotColumns(sql, failure.patch)},
      attempts = p.attempts + 1, last_error = ${storableText(failure.error)}, lease_until = null, updated_at = ${now},
      retry_requested_at = greatest(p.retry_requested_at, ${failure.retryRequestedAt}),
      attention = coalesce(${failure.attention ? storableJson(failure.attention) : null}::text::jsonb, p.attention),
      due_at = case when p.kicks <> ${claim.kicks} then ${now}::timestamptz else ${failure.retryAt} end
    where p.key = ${claim.key} and p.lease_token = ${claim.token}`
}
