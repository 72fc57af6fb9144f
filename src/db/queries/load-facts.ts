import type { Digest } from '../../core/delivery.ts'
import type { Facts, Resolution, TopupCheckoutFact } from '../../core/facts.ts'
import type { PayableKey } from '../../core/ids.ts'
import type { PayableState } from '../../core/plan/index.ts'
import type { Sql } from '../connection.ts'
import {
  type JsonRow,
  toCreditNote,
  toDigest,
  toDispute,
  toIntent,
  toInvoice,
  toPayment,
  toRefund,
  toSession,
  toTopup,
} from '../facts-rows.ts'

/** What the database knows of a payable, and what was heard of it since. */
export type Known = {
  facts: Facts
  heard: { id: number; receivedAt: Date; digest: Digest; source: string }[]
  /** `kind:key` of each notice that was written already. */
  noticed: ReadonlySet<string>
  state: PayableState
  /** When a run last came to an end. */
  updatedAt: Date
}

/** Deliveries taken up by one run; more of them make another run. */
const MOST_HEARD = 100

/** Loads everything known of the given payables, in one statement. `since`: when their run began. */
export async function loadFacts(
  sql: Sql,
  keys: readonly PayableKey[],
  since: Date,
): Promise<Map<PayableKey, Known>> {
  const rows = await sql<JsonRow[]>`
    select p.key, p.kind, p.state, p.updated_at, p.pay_token, p.snapshot, p.missing_at, p.credit_notes_read_at, p.link_requested_at, p.retry_requested_at, p.look_requested_at,
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from sessions s where s.payable_key = p.key) as sessions,
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from payments s where s.payable_key = p.key) as payments,
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from refunds s where s.payable_key = p.key) as refunds,
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from disputes s where s.payable_key = p.key) as disputes,
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from credit_notes s where s.payable_key = p.key) as credit_notes,
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from intents s where s.payable_key = p.key) as intents,
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from actions s
       where s.payable_key = p.key and s.reason is not null) as actions,
      (select coalesce(jsonb_agg(s.kind || ':' || s.key), '[]') from notices s where s.payable_key = p.key) as noticed,
      (select coalesce(jsonb_agg(to_jsonb(s) order by s.id), '[]') from (
         select id, source, digest, received_at from deliveries d
         where d.payable_key = p.key and d.outcome = 'stored' order by d.id limit ${MOST_HEARD}) s) as heard
      , (select to_jsonb(t) from topup_payments t where t.payable_key = p.key) as checkout
    from payables p where p.key = any(${[...keys]})`
  return new Map(rows.map(row => [row['key'] as PayableKey, toKnown(row, since)]))
}

function toKnown(row: JsonRow, since: Date): Known {
  const list = (name: string) => row[name] as JsonRow[]
  const isTopup = row['kind'] === 'topup'
  return {
    facts: {
      kind: isTopup ? 'topup' : 'invoice',
      key: row['key'] as PayableKey,
      since,
      invoice: isTopup ? null : toInvoice(row['snapshot']),
      ...(isTopup ? { topup: toTopup(row['snapshot']), checkout: toCheckout(row['checkout']) } : {}),
      missingAt: date(row['missing_at']),
      lookWanted: false,
      lookRequestedAt: date(row['look_requested_at']),
      unclear: [],
      linkRequestedAt: date(row['link_requested_at']),
      retryRequestedAt: date(row['retry_requested_at']),
      payToken: String(row['pay_token']),
      sessions: list('sessions').map(toSession),
      payments: list('payments').map(toPayment),
      refunds: list('refunds').map(toRefund),
      disputes: list('disputes').map(toDispute),
      creditNotes: list('credit_notes').map(toCreditNote),
      creditNotesReadAt: date(row['credit_notes_read_at']),
      creditNotesWanted: askedAfter(date(row['look_requested_at']), date(row['credit_notes_read_at'])),
      intents: list('intents').map(toIntent),
      resolutions: list('actions').map(toResolution),
    },
    heard: list('heard').map(h => ({
      id: Number(h['id']),
      source: String(h['source']),
      receivedAt: new Date(String(h['received_at'])),
      digest: toDigest(h['digest']),
    })),
    noticed: new Set(row['noticed'] as string[]),
    state: row['state'] as PayableState,
    updatedAt: date(row['updated_at']) ?? new Date(0),
  }
}

function toCheckout(value: unknown): TopupCheckoutFact | null {
  if (value === null || value === undefined) return null
  const row = value as { payment_id: string; provider: string; result_base: string }
  return { paymentId: row.payment_id, provider: row.provider, resultBase: row.result_base }
}

/** A person or the sweep wants everything read again, and nobody has since. */
const askedAfter = (asked: Date | null, read: Date | null): boolean =>
  asked !== null && (read === null || read < asked)

/** A column is a Date already; written out and read again it would lose its milliseconds. */
const date = (value: unknown): Date | null => {
  if (value === null || value === undefined) return null
  return value instanceof Date ? value : new Date(String(value))
}

const toResolution = (r: JsonRow): Resolution => ({
  reason: r['reason'] as Resolution['reason'],
  about: String(r['about']),
  action: String(r['action']),
  by: String(r['by']),
  at: new Date(String(r['at'])),
})
