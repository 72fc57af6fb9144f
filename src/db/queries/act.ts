import type { PayableKey } from '../../core/ids.ts'
import type { Sql } from '../connection.ts'

/** Who did it, and what they wished to say about it. */
export type Act = { by: string; note: string; at: Date }

/**
 * A person has settled something that was parked: it is written down, and the payable is looked at again. Returns
 * false if that is not what it waits for.
 */
export async function resolve(
  sql: Sql,
  key: PayableKey,
  { reason, about, ...act }: Act & { reason: string; about: string },
): Promise<boolean> {
  const settled = JSON.stringify([{ reason, about }])
  const rows = await sql`
    with target as (
      select key from payables where key = ${key} and attention @> ${settled}::text::jsonb for update
    ), acted as (
      insert into actions (payable_key, action, reason, about, note, by, at)
      select key, 'resolve', ${reason}, ${about}, ${act.note}, ${act.by}, ${act.at} from target
    )
    update payables p set
      attention = (select coalesce(jsonb_agg(a), '[]') from jsonb_array_elements(p.attention) a
                   where not (a->>'reason' = ${reason} and a->>'about' = ${about})),
      -- What is stuck would only fail again.
      due_at = case when ${reason} = 'stuck' then p.due_at else ${act.at} end,
      look_requested_at = ${act.at}, kicks = p.kicks + 1, updated_at = ${act.at}
    from target where p.key = target.key
    returning 1`
  return rows.length > 0
}

/** Everything it waits for is given up as it stands. Returns how many things that were; 0 changes nothing. */
export async function writeOff(sql: Sql, key: PayableKey, act: Act): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    with target as (
      select key, attention from payables where key = ${key} and attention <> '[]'::jsonb for update
    ), acted as (
      insert into actions (payable_key, action, reason, about, note, by, at)
      select key, 'write_off', a->>'reason', a->>'about', ${act.note}, ${act.by}, ${act.at}
      from target, jsonb_array_elements(target.attention) a
    )
    update payables p set attention = '[]', look_requested_at = ${act.at}, kicks = p.kicks + 1, updated_at = ${act.at},
      due_at = case when p.attention @> '[{"reason": "stuck"}]' then p.due_at else ${act.at} end
    from target where p.key = target.key
    returning jsonb_array_length(target.attention) as count`
  return rows[0]?.count ?? 0
}

/**
 * Tries again whatever was refused or failed too often. Only a call that certainly had no effect is repeated: one that
 * was refused, and a refund that failed at Dodo. Returns false if there is no such payable.
 */
export async function retry(sql: Sql, key: PayableKey, act: Act): Promise<boolean> {
  const rows = await sql`
    with target as (
      select key from payables where key = ${key} for update
    ), acted as (
      insert into actions (payable_key, action, note, by, at)
      select key, 'retry', ${act.note}, ${act.by}, ${act.at} from target
    ), cleared as (
      update intents i set state = 'absent', result = '{}' from target
      where i.payable_key = target.key and (i.state = 'refused'
        or i.verb in ('refund-payment', 'refund-credit-note') and i.state = 'done'
           and exists (select 1 from refunds r where r.id = i.result->>'refund_id' and r.status = 'failed'))
    )
    update payables p set
      attention = (select coalesce(jsonb_agg(a), '[]') from jsonb_array_elements(p.attention) a where a->>'reason' <> 'stuck'),
      attempts = 0, last_error = null, due_at = ${act.at}, look_requested_at = ${act.at}, kicks = p.kicks + 1,
      updated_at = ${act.at}
    from target where p.key = target.key
    returning 1`
  return rows.length > 0
}
