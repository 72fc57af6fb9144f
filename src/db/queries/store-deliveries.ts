import type { Delivery } from '../../core/delivery.ts'
import type { Sql } from '../connection.ts'
import { fromDigest } from '../facts-rows.ts'
import { storableJson } from '../storable.ts'
import { newPayToken } from './pay-token.ts'

/** Which deliveries were new, by their dedupe key. */
export type Stored = { dedupeKey: string; payableKey: string | null; outcome: string }

/**
 * Stands between the bodies of a batch. No valid JSON holds a control character, and every body was parsed; so they
 * travel as they are, which costs both sides half as much as an array that has to be quoted.
 */
const SEPARATOR = '\u001e'

/**
 * Stores deliveries and wakes the payables they are about, in one statement: either all of it is committed or none.
 * A delivery that was seen before changes nothing. Whose it is: the payable of the session or payment it names, if
 * that is known here, before what its metadata claims; foreign payments are kept as ignored.
 */
export async function storeDeliveries(
  sql: Sql,
  deliveries: readonly Delivery[],
  now: Date,
): Promise<Stored[]> {
  const rows = deliveries.map(d => ({
    source: d.source,
    event_id: d.eventId,
    dedupe_key: d.dedupeKey,
    type: d.type,
    claimed_key: d.claimedKey,
    session_id: d.sessionId,
    payment_id: d.paymentId,
    headers: d.headers,
    digest: fromDigest(d.digest),
    ignored: d.ignored,
  }))
  const bodies = deliveries.map(d => d.body).join(SEPARATOR)
  const urgent = deliveries.filter(d => d.urgent).map(d => d.dedupeKey)
  return await sql<Stored[]>`
    with incoming as (
      select * from rows from (
        jsonb_to_recordset(${storableJson(rows)}::text::jsonb) as (
          source text, event_id text, dedupe_key text, type text, claimed_key text, session_id text, payment_id text,
          headers jsonb, digest jsonb, ignored boolean),
        string_to_table(${bodies}, ${SEPARATOR})
      ) with ordinality as i (source, event_id, dedupe_key, type, claimed_key, session_id, payment_id, headers, digest, ignored, body, n)
    ), placed as (
      select i.*, case when not i.ignored then coalesce(s.payable_key, p.payable_key, i.claimed_key) end as payable_key
      from incoming i
      left join sessions s on s.id = i.session_id
      left join payments p on p.id = i.payment_id
    ), stored as (
      insert into deliveries (source, event_id, dedupe_key, type, payable_key, headers, body, digest, outcome, received_at)
      select source, event_id, dedupe_key, type, payable_key, headers, body, digest,
             case when payable_key is null then 'ignored' else 'stored' end, ${now}
      from placed order by n
      on conflict (dedupe_key) do nothing
      returning dedupe_key, payable_key, outcome
    ), woken as (
      insert into payables as p (key, kind, pay_token, due_at, urgent, created_at, updated_at)
      select s.payable_key, split_part(s.payable_key, ':', 1),
             ${newPayToken(sql)},
             ${now}, bool_or(s.dedupe_key = any(${urgent}::text[])), ${now}, ${now}
      from stored s
      where s.outcome = 'stored'
      group by s.payable_key order by s.payable_key
      on conflict (key) do update
        set due_at = least(p.due_at, excluded.due_at), kicks = p.kicks + 1, attempts = 0,
            urgent = p.urgent or excluded.urgent
    )
    select dedupe_key as "dedupeKey", payable_key as "payableKey", outcome from stored`
}
