import type { FactsPatch } from '../../core/facts.ts'
import type { EffectVerb, IntentState } from '../../core/intent.ts'
import type { Sql } from '../connection.ts'
import { storableJson } from '../storable.ts'
import type { Claim } from './claim-due.ts'
import { factsCtes, snapshotColumns } from './save-facts.ts'

/** Somebody else holds the payable now: this run may begin nothing more. */
export class LeaseLost extends Error {
  constructor(key: string) {
    super(`the lease of ${key} was lost`)
  }
}

type Begin = { verb: EffectVerb; key: string; request: Readonly<Record<string, string>> }

/**
 * Writes down what is about to be done, before it is done; only under a lease that still holds, and only if it was
 * not begun before or is known not to have happened. Returns how often it has been begun. Throws LeaseLost.
 */
export async function beginIntent(sql: Sql, claim: Claim, intent: Begin, now: Date): Promise<number> {
  const [row] = await sql<{ attempts: number }[]>`
    insert into intents as i (payable_key, verb, key, state, request, started_at)
    select ${claim.key}, ${intent.verb}, ${intent.key}, 'started', ${storableJson(intent.request)}::text::jsonb, ${now}
    from payables p where p.key = ${claim.key} and p.lease_token = ${claim.token} and p.lease_until > ${now}
    on conflict (payable_key, verb, key) do update
      set state = 'started', attempts = i.attempts + 1, request = excluded.request, started_at = excluded.started_at,
          ended_at = null, result = '{}'
      where i.state = 'absent'
    returning attempts`
  if (!row) throw new LeaseLost(claim.key)
  return row.attempts
}

type End = { verb: EffectVerb; key: string; state: IntentState; result: Readonly<Record<string, string>> }

/** Writes down what came of it, together with what was learned. Knowledge needs no lease: it is true whoever holds one. */
export async function endIntent(
  sql: Sql,
  payableKey: string,
  end: End,
  patch: FactsPatch,
  now: Date,
): Promise<void> {
  const ended = sql`
    with ended as (
      insert into intents as i (payable_key, verb, key, state, request, result, started_at, ended_at)
      values (${payableKey}, ${end.verb}, ${end.key}, ${end.state}, '{}', ${storableJson(end.result)}::text::jsonb, ${now}, ${now})
      on conflict (payable_key, verb, key) do update
        set state = excluded.state, result = excluded.result, ended_at = excluded.ended_at
        where i.state <> 'done'
    ), ${factsCtes(sql, payableKey, patch)}
    update payables set ${snapshotColumns(sql, patch)} where key = ${payableKey}`
  const booked = (end.verb === 'record-payment' || end.verb === 'credit-balance') && end.state === 'done'
  if (!booked) {
    await ended
    return
  }
  // A statement does not see the rows that it inserts itself, and the payment may be one of them.
  await sql.begin(async tx => {
    await tx`${ended}`
    await tx`
      update payments set recorded_amount = ${end.result['amount'] ?? '0'}::bigint, recorded_via = ${end.result['via'] ?? null}
      where id = ${end.key}`
  })
}
