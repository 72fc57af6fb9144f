import type { FactsPatch } from '../../core/facts.ts'
import type { PayableKey } from '../../core/ids.ts'
import type { EffectVerb, IntentState } from '../../core/intent.ts'
import type { Sql } from '../connection.ts'
import { storableJson } from '../storable.ts'
import type { Claim } from './claim-due.ts'
import { factsCtes, listed, saidAssignments, saidColumns, saidOf } from './save-facts.ts'

/** Somebody else holds the payable now: this run may begin nothing more. */
export class LeaseLost extends Error {
  constructor(key: string) {
    super(`the lease of ${key} was lost`)
  }
}

/** What is about to be done outside, and under which lease. */
export type Begin = {
  claim: Claim
  verb: EffectVerb
  key: string
  request: Readonly<Record<string, string>>
  at: Date
}

/**
 * Writes down what is about to be done, before it is done; only under a lease that still holds, and only if it was
 * not begun before or is known not to have happened. Returns for each how often it has been begun, or null if it may
 * not begin: its lease was lost.
 */
export async function beginIntents(sql: Sql, begins: readonly Begin[]): Promise<(number | null)[]> {
  const given = begins.map(({ claim, verb, key, request, at }) => ({
    ...{ payable: claim.key, token: claim.token, verb, key, request, at },
  }))
  const rows = await sql<{ payable: PayableKey; verb: string; key: string; attempts: number }[]>`
    insert into intents as i (payable_key, verb, key, state, request, started_at)
    select p.key, g.verb, g.key, 'started', g.request, g.at
    from jsonb_to_recordset(${storableJson(given)}::text::jsonb)
      as g (payable text, token bigint, verb text, key text, request jsonb, at timestamptz)
    join payables p on p.key = g.payable and p.lease_token = g.token and p.lease_until > g.at
    order by p.key, g.verb, g.key
    on conflict (payable_key, verb, key) do update
      set state = 'started', attempts = i.attempts + 1, request = excluded.request, started_at = excluded.started_at,
          ended_at = null, result = '{}'
      where i.state = 'absent'
    returning payable_key as payable, verb, key, attempts`
  const begun = new Map(rows.map(row => [JSON.stringify([row.payable, row.verb, row.key]), row.attempts]))
  return begins.map(({ claim, verb, key }) => begun.get(JSON.stringify([claim.key, verb, key])) ?? null)
}

/** What came of it, together with what was learned. */
export type End = {
  payable: PayableKey
  verb: EffectVerb
  key: string
  /** Of which sending it tells, as beginIntents counted. */
  attempts: number
  state: IntentState
  result: Readonly<Record<string, string>>
  patch: FactsPatch
  at: Date
}

/**
 * Writes down what came of what was begun. Knowledge needs no lease: it is true whoever holds one. But that one sending
 * did nothing says nothing of a later one, which another may have begun meanwhile.
 */
export async function endIntents(sql: Sql, ends: readonly End[]): Promise<void> {
  const given = ends.map(({ payable, verb, key, attempts, state, result, patch, at }) => ({
    ...{ payable, verb, key, attempts, state, result, at },
    ...saidOf(patch),
  }))
  const booked = ends.filter(isBooked)
  const learned = ends.map(({ payable, patch }) => ({ key: payable, patch }))
  const parts = [
    sql`given as materialized (
      select * from jsonb_to_recordset(${storableJson(given)}::text::jsonb) as g (
        payable text, verb text, key text, attempts integer, state text, result jsonb, at timestamptz,
        ${saidColumns(sql)})
    ), ended as (
      insert into intents as i (payable_key, verb, key, attempts, state, request, result, started_at, ended_at)
      select payable, verb, key, attempts, state, '{}', result, at, at from given order by payable, verb, key
      on conflict (payable_key, verb, key) do update
        set state = excluded.state, result = excluded.result, ended_at = excluded.ended_at
        where i.state <> 'done' and (excluded.state = 'done' or i.attempts <= excluded.attempts)
    ), told as materialized (
      select g.* from given g join payables p on p.key = g.payable
      where coalesce(g.said_at, g.notes_read_at, g.missing_at) is not null
      order by p.key for update of p
    )`,
    ...factsCtes(sql, learned),
  ]
  const ended = sql`
    with ${listed(sql, parts)}
    update payables p set ${saidAssignments(sql)}
    from told g where p.key = g.payable`
  if (booked.length === 0) {
    await ended
    return
  }
  const amounts = booked.map(({ key, result }) => ({
    id: key,
    amount: result['amount'] ?? '0',
    via: result['via'],
  }))
  // A statement does not see the rows that it inserts itself, and the payment may be one of them.
  await sql.begin(async tx => {
    await tx`${ended}`
    await tx`
      update payments p set recorded_amount = b.amount, recorded_via = b.via
      from jsonb_to_recordset(${storableJson(amounts)}::text::jsonb) as b (id text, amount bigint, via text) where p.id = b.id`
  })
}

/** The payment has reached Lago, or the balance. */
const isBooked = ({ verb, state }: End): boolean =>
  (verb === 'record-payment' || verb === 'credit-balance') && state === 'done'
