import type { PayableKey, PayableKind } from '../../core/ids.ts'
import type { Sql } from '../connection.ts'
import { storableJson } from '../storable.ts'

/** One payable held by this process until its lease ends. */
export type Claim = {
  key: PayableKey
  kind: PayableKind
  /** Fencing: whoever claims it later holds a higher one. */
  token: number
  kicks: number
  attempts: number
  urgent: boolean
}

/** `kinds`: the payables this process knows how to run. */
type ClaimOptions = {
  now: Date
  leaseMs: number
  limit: number
  urgentOnly: boolean
  kinds?: readonly PayableKind[]
}

/** Claims the payables that are due and that nobody holds: the urgent first, then the longest due. */
export async function claimDue(
  sql: Sql,
  { now, leaseMs, limit, urgentOnly, kinds = ['invoice', 'topup', 'stray'] }: ClaimOptions,
): Promise<Claim[]> {
  const until = new Date(now.getTime() + leaseMs)
  return await sql<Claim[]>`
    with pressing as (
      select key, urgent, due_at from payables
      where kind = any(${[...kinds]}) and urgent and due_at <= ${now} and (lease_until is null or lease_until <= ${now})
      order by due_at limit ${limit} for update skip locked
    ), routine as (
      select key, urgent, due_at from payables
      where kind = any(${[...kinds]}) and not urgent and due_at <= ${now} and (lease_until is null or lease_until <= ${now})
      order by due_at limit ${urgentOnly ? 0 : limit} for update skip locked
    ), picked as (
      select key from (select * from pressing union all select * from routine) due
      order by urgent desc, due_at limit ${limit}
    )
    update payables p
    set lease_until = ${until}, due_at = ${until}, lease_token = nextval('lease_tokens')
    from picked where p.key = picked.key
    returning p.key, p.kind, p.lease_token as token, p.kicks, p.attempts, p.urgent`
}

/** Keeps leases while their runs go on. Those that were lost or ended meanwhile are not taken back. */
export async function renewLeases(sql: Sql, claims: readonly Claim[], until: Date): Promise<void> {
  if (claims.length === 0) return
  await sql`
    with ${held(sql, claims)}
    update payables p set lease_until = ${until}, due_at = greatest(p.due_at, ${until})
    from held where p.key = held.key`
}

/** Gives back payables that were claimed and not worked on. */
export async function releaseLeases(sql: Sql, claims: readonly Claim[], now: Date): Promise<void> {
  if (claims.length === 0) return
  await sql`
    with ${held(sql, claims)}
    update payables p set lease_until = null, due_at = ${now}
    from held where p.key = held.key`
}

/** Those whose lease still holds, locked in the order in which everybody locks them: nobody waits in a circle. */
const held = (sql: Sql, claims: readonly Claim[]) => sql`
    held as materialized (
      select p.key from jsonb_to_recordset(${storableJson(claims)}::text::jsonb) as c (key text, token bigint)
      join payables p on p.key = c.key and p.lease_token = c.token and p.lease_until is not null
      order by p.key for update of p
    )`
