import type { PayableKey } from '../../core/ids.ts'
import type { ParkReason } from '../../core/park.ts'
import type { PayableState } from '../../core/plan/index.ts'
import type { Sql } from '../connection.ts'

/** What the database holds of an invoice, as far as it can be compared with Lago. */
export type KnownPayable = {
  key: PayableKey
  state: PayableState
  number: string | null
  /** What Lago said when it was last read; null if it never was. */
  snapshot: { status: string; paymentStatus: string; due: string; total: string } | null
  /** Why it waits for a person; empty if it does not. */
  reasons: ParkReason[]
  createdAt: Date
}

/** The payables among `keys` that exist. */
export async function knownPayables(
  sql: Sql,
  keys: readonly string[],
): Promise<Map<PayableKey, KnownPayable>> {
  const rows = await sql<KnownPayable[]>`
    select p.key, p.state, p.invoice_number as number, p.created_at as "createdAt",
      case when p.snapshot is not null then jsonb_build_object('status', p.snapshot->'status',
        'paymentStatus', p.snapshot->'paymentStatus', 'due', p.snapshot->'due', 'total', p.snapshot->'total') end as snapshot,
      (select coalesce(jsonb_agg(a->'reason'), '[]') from jsonb_array_elements(p.attention) a) as reasons
    from payables p where p.key = any(${[...keys]})`
  return new Map(rows.map(row => [row.key, row]))
}

/**
 * The keys of invoices that Lago has as unpaid as far as is known here, and were taken up since `from`, in no order:
 * those that are collected, and those that were paid and set back.
 */
export async function unpaidInvoices(sql: Sql, from: Date): Promise<PayableKey[]> {
  const rows = await sql<{ key: PayableKey }[]>`
    select p.key from payables p
    where p.kind = 'invoice' and p.created_at >= ${from} and p.snapshot is not null
      and (p.state in ('open', 'processing', 'given_up', 'uncollectable') or p.attention @> '[{"reason": "unpaid_in_lago"}]')
      and (p.missing_at is null or p.missing_at < p.snapshot_at)
      and p.snapshot->>'status' = 'finalized' and p.snapshot->>'paymentStatus' <> 'succeeded'
    order by random()`
  return rows.map(({ key }) => key)
}

/** The key of an invoice's payable by the invoice's number or Lago id; null if there is none here. */
export async function payableByInvoice(sql: Sql, numberOrId: string): Promise<PayableKey | null> {
  const [row] = await sql<{ key: PayableKey }[]>`
    select key from payables
    where key = ${numberOrId} or key = ${`invoice:${numberOrId.toLowerCase()}`} or invoice_number = ${numberOrId}
       or key = ${`topup:${numberOrId}`} or pay_token = ${numberOrId}
    order by created_at desc limit 1`
  return row?.key ?? null
}
