import type { Sql } from '../connection.ts'
import { type After, numberOf, type Page, pageOf } from './page.ts'

/** How far a provider's event has come. `failed` beside a retry under way is not the end. */
export type SyncStatus = 'pending' | 'processing' | 'applied' | 'ignored' | 'failed'

export type EventRow = {
  eventId: string
  provider: string
  type: string
  body: string
  syncStatus: SyncStatus
  syncError: string
  paymentId: string
  payableKey: string | null
  receivedAt: Date
  processedAt: Date | null
  attempts: number
}

/** What is known of an event: judged, or else as far as the run it waits for has come. */
const status = (sql: Sql, now: Date) => sql`
  case when d.outcome = 'ignored' then 'ignored'
       when d.outcome <> 'stored' then coalesce(e.sync_status, 'applied')
       when p.lease_until > ${now} then 'processing'
       when p.last_error is not null then 'failed'
       else 'pending' end`

const joined = (sql: Sql) => sql`
  deliveries d left join payment_events e on e.delivery_id = d.id left join payables p on p.key = d.payable_key`

type Filter = {
  providers: readonly string[]
  type: string | null
  syncStatus: string | null
  provider: string | null
}

/** Events, newest first. */
export async function listEvents(
  sql: Sql,
  filter: Filter,
  { limit, after }: { limit: number; after: After },
  now: Date,
): Promise<Page<EventRow>> {
  const rows = await sql<(EventRow & { id: number })[]>`
    select d.id, d.source || ':' || d.event_id as "eventId", d.source as provider, d.type, d.body,
      ${status(sql, now)} as "syncStatus",
      coalesce(nullif(e.sync_error, ''), case when d.outcome = 'stored' then p.last_error end, '') as "syncError",
      coalesce(e.payment_id, '') as "paymentId", d.payable_key as "payableKey", d.received_at as "receivedAt",
      d.processed_at as "processedAt", d.attempts
    from ${joined(sql)}
    where d.source = any(${[...filter.providers]})
      and ${filter.provider === null ? sql`true` : sql`d.source = ${filter.provider}`}
      and ${filter.type === null ? sql`true` : sql`d.type = ${filter.type}`}
      and ${filter.syncStatus === null ? sql`true` : sql`${status(sql, now)} = ${filter.syncStatus}`}
      and ${after ? sql`d.id < ${numberOf(after.id)}` : sql`true`}
    order by d.id desc limit ${limit + 1}`
  return pageOf(
    rows,
    limit,
    r => ({ at: r.receivedAt, id: String(r.id) }),
    ({ id: _, ...row }) => row,
  )
}

/** `ranAt`: when a run of what it is about last ended. */
export type EventState = {
  dedupeKey: string
  payableKey: string | null
  stored: boolean
  syncStatus: SyncStatus
  syncError: string
  lastError: string | null
  ranAt: Date | null
}

/** How far each of these events has come, in one statement. */
export async function eventStates(
  sql: Sql,
  dedupeKeys: readonly string[],
  now: Date,
): Promise<Map<string, EventState>> {
  const rows = await sql<EventState[]>`
    select d.dedupe_key as "dedupeKey", d.payable_key as "payableKey", d.outcome = 'stored' as stored,
      ${status(sql, now)} as "syncStatus", coalesce(e.sync_error, '') as "syncError", p.last_error as "lastError",
      p.updated_at as "ranAt"
    from ${joined(sql)} where d.dedupe_key = any(${[...dedupeKeys]})`
  return new Map(rows.map(row => [row.dedupeKey, row]))
}
