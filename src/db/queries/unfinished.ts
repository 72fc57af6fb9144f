import type { PayableKey } from '../../core/ids.ts'
import type { Sql } from '../connection.ts'

/** A checkout that lapsed before anybody asked what became of it, and that nothing will ask about soon. */
export type UnreadSession = {
  id: string
  key: PayableKey
  number: string | null
  expiresAt: Date
  stuck: boolean
}

/** A call that was begun, whose outcome nobody has looked up, and nothing will soon. */
export type UnfinishedCall = {
  verb: string
  intent: string
  key: PayableKey
  number: string | null
  startedAt: Date
  stuck: boolean
}

const stuck = (sql: Sql) =>
  sql`exists (select 1 from jsonb_array_elements(p.attention) a where a->>'reason' = 'stuck') as stuck`

/** `soon`: what is due before it will come right by itself. */
export async function unreadSessions(sql: Sql, now: Date, soon: Date): Promise<UnreadSession[]> {
  return await sql<UnreadSession[]>`
    select s.id, p.key, p.invoice_number as number, s.expires_at as "expiresAt", ${stuck(sql)}
    from sessions s join payables p on p.key = s.payable_key
    where s.expires_at <= ${now} and s.read_at < s.expires_at and s.payment_status is null
      and not exists (select 1 from payments t where t.session_id = s.id)
      and p.state in ('open', 'processing', 'given_up', 'uncollectable')
      and (p.due_at is null or p.due_at > ${soon})`
}

export async function unfinishedCalls(sql: Sql, now: Date, soon: Date): Promise<UnfinishedCall[]> {
  return await sql<UnfinishedCall[]>`
    select i.verb, i.key as intent, p.key, p.invoice_number as number, i.started_at as "startedAt", ${stuck(sql)}
    from intents i join payables p on p.key = i.payable_key
    where i.state = 'started' and i.started_at < ${new Date(now.getTime() - 60_000)}
      and (p.due_at is null or p.due_at > ${soon}) and (p.lease_until is null or p.lease_until <= ${now})`
}

/** When the oldest payment, refund and dispute was made that has not come to its end. */
export async function oldestUnfinished(
  sql: Sql,
): Promise<{ payment: Date | null; refund: Date | null; dispute: Date | null }> {
  const [row] = await sql<{ payment: Date | null; refund: Date | null; dispute: Date | null }[]>`
    select
      (select min(created_at) from payments where status is null
         or status not in ('succeeded', 'failed', 'cancelled', 'partially_captured')) as payment,
      (select min(created_at) from refunds where status not in ('succeeded', 'failed')) as refund,
      (select min(created_at) from disputes where status in ('dispute_opened', 'dispute_challenged')) as dispute`
  return row ?? { payment: null, refund: null, dispute: null }
}
