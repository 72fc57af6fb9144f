import type { Sql } from '../connection.ts'

/** One thing that happened to a payable. `amount` in Lago's minor unit. */
export type Event = {
  at: Date
  what: 'webhook' | 'call' | 'checkout' | 'payment' | 'refund' | 'dispute' | 'notice' | 'action'
  /** The id or name of it. */
  subject: string
  state: string
  amount: string | null
  currency: string | null
  detail: string
}

/** Everything that is known to have happened to a payable, oldest first. */
export async function timeline(sql: Sql, key: string): Promise<Event[]> {
  return await sql<Event[]>`
    select received_at as at, 'webhook' as what, source || ' ' || type as subject, outcome as state,
      null as amount, null as currency, event_id as detail
    from deliveries where payable_key = ${key}
    union all select started_at, 'call', verb || ' ' || key, state, request->>'amount', request->>'currency',
      case when attempts > 1 then attempts || ' attempts; ' else '' end ||
      coalesce((select string_agg(name || ' ' || value, ', ' order by name) from jsonb_each_text(result) as r (name, value)
                where value <> ''), '')
    from intents where payable_key = ${key}
    union all select created_at, 'checkout', id, coalesce(payment_status, case when read_at >= expires_at then 'lapsed' else 'open' end),
      amount::text, currency, cause || ', attempt ' || attempt || ', lapses ' || to_char(expires_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI"Z"')
    from sessions where payable_key = ${key}
    union all select created_at, 'payment', id, coalesce(status, 'not begun'), amount::text, currency,
      concat_ws(', ', error_code, case when recorded_amount > 0 then 'recorded ' || recorded_amount || ' by ' || recorded_via end)
    from payments where payable_key = ${key}
    union all select created_at, 'refund', id, status, amount::text, currency, concat_ws(', ', 'of ' || payment_id, reason)
    from refunds where payable_key = ${key}
    union all select created_at, 'dispute', id, status, amount::text, currency, 'of ' || payment_id || ', ' || stage
    from disputes where payable_key = ${key}
    union all select created_at, 'notice', kind, case when sent_at is not null then 'sent' when due_at is not null then 'waiting'
        when attempts > 0 then 'given up' else 'kept' end, null, null,
      concat_ws(', ', nullif(key, ''), case when attempts > 1 then attempts || ' attempts' end, last_error)
    from notices where payable_key = ${key}
    union all select at, 'action', action, by, null, null, concat_ws(', ', reason, about, nullif(note, ''))
    from actions where payable_key = ${key}
    order by 1`
}
