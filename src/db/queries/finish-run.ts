import type { FactsPatch } from '../../core/facts.ts'
import type { PayableKey } from '../../core/ids.ts'
import type { Plan } from '../../core/plan/index.ts'
import type { Sql } from '../connection.ts'
import { storableJson, storableText } from '../storable.ts'
import type { Claim } from './claim-due.ts'
import { factsCtes, listed, saidAssignments, saidColumns, saidOf } from './save-facts.ts'

/** How a run that came to its end leaves the payable. */
export type Finish = {
  claim: Claim
  plan: Pick<Plan, 'state' | 'say' | 'attention' | 'wakeAt' | 'notices'>
  /** Everything learned that is not stored yet. */
  patch: FactsPatch
  /** The deliveries taken up, by id: one with a lower id may be committed after one with a higher. */
  heard: readonly number[]
  /** Notices not written yet are due at once if somebody listens. */
  notify: boolean
  retryRequestedAt: Date | null
  at: Date
}

/**
 * Stores the ends of runs in one statement: what was learned, the deliveries that were taken up, the notices and
 * when to run next. Something heard meanwhile makes it due at once. Tells for each whether its lease still held.
 */
export async function finishRuns(sql: Sql, finishes: readonly Finish[]): Promise<boolean[]> {
  const given = finishes.map(({ claim, plan, patch, retryRequestedAt, at }) => ({
    ...{ key: claim.key, token: claim.token, kicks: claim.kicks, at },
    ...{ state: plan.state, say: plan.say, attention: plan.attention, wake_at: plan.wakeAt },
    retry_requested_at: retryRequestedAt,
    ...saidOf(patch),
  }))
  const heard = finishes.flatMap(finish => finish.heard)
  const notices = finishes.flatMap(({ claim, plan, notify }) =>
    plan.notices.map(({ kind, key, detail }) => ({ payable: claim.key, kind, key, detail, notify })),
  )
  const learned = finishes.map(({ claim, patch }) => ({ key: claim.key, patch }))
  const parts = [
    // Locked in the order in which everybody locks them: nobody waits in a circle.
    sql`held as materialized (
      select g.* from jsonb_to_recordset(${storableJson(given)}::text::jsonb) as g (
        key text, token bigint, kicks bigint, at timestamptz, state text, say text, attention jsonb,
        wake_at timestamptz, retry_requested_at timestamptz, ${saidColumns(sql)})
      join payables p on p.key = g.key and p.lease_token = g.token
      order by g.key for update of p
    )`,
    ...(heard.length > 0 ? [applied(sql, heard)] : []),
    ...(notices.length > 0 ? [told(sql, notices)] : []),
    ...factsCtes(sql, learned),
  ]
  const rows = await sql<{ key: PayableKey; token: number }[]>`
    with ${listed(sql, parts)}
    update payables p set ${saidAssignments(sql)},
      state = g.state, say = g.say, attention = g.attention,
      retry_requested_at = greatest(p.retry_requested_at, g.retry_requested_at),
      due_at = case when p.kicks <> g.kicks then g.at else g.wake_at end,
      urgent = p.kicks <> g.kicks and p.urgent,
      lease_until = null, attempts = 0, last_error = null, updated_at = g.at
    from held g where p.key = g.key
    returning p.key, g.token`
  const held = new Set(rows.map(({ key, token }) => `${key} ${token}`))
  return finishes.map(({ claim }) => held.has(`${claim.key} ${claim.token}`))
}

const applied = (sql: Sql, heard: readonly number[]) => sql`
    applied as (
      update deliveries d set outcome = 'applied', processed_at = held.at, attempts = d.attempts + 1
      from held where d.id = any(${[...heard]}::bigint[]) and d.payable_key = held.key and d.outcome = 'stored'
    )`

const told = (sql: Sql, notices: readonly object[]) => sql`
    told as (
      insert into notices (payable_key, kind, key, detail, created_at, due_at)
      select held.key, n.kind, n.key, n.detail, held.at, case when n.notify then held.at end
      from jsonb_to_recordset(${storableJson(notices)}::text::jsonb)
        as n (payable text, kind text, key text, detail jsonb, notify boolean)
      join held on held.key = n.payable
      on conflict do nothing
    )`

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
export async function failRun(sql: Sql, claim: Claim, failure: Failure, now: Date): Promise<boolean> {
  const given = sql`given as (
      select * from jsonb_to_recordset(${storableJson([saidOf(failure.patch)])}::text::jsonb) as g (${saidColumns(sql)})
    )`
  const rows = await sql`
    with ${listed(sql, [given, ...factsCtes(sql, [{ key: claim.key, patch: failure.patch }])])}
    update payables p set ${saidAssignments(sql)},
      attempts = p.attempts + 1, last_error = ${storableText(failure.error)}, lease_until = null, updated_at = ${now},
      retry_requested_at = greatest(p.retry_requested_at, ${failure.retryRequestedAt}),
      attention = coalesce(${failure.attention ? storableJson(failure.attention) : null}::text::jsonb, p.attention),
      due_at = case when p.kicks <> ${claim.kicks} then ${now}::timestamptz else ${failure.retryAt} end
    from given g
    where p.key = ${claim.key} and p.lease_token = ${claim.token}
    returning 1`
  return rows.length > 0
}
