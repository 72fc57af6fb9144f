import type { FactsPatch } from '../../core/facts.ts'
import type { PayableKey } from '../../core/ids.ts'
import type { Fragment, Sql } from '../connection.ts'
import {
  fromCreditNote,
  fromDispute,
  fromInvoice,
  fromPayment,
  fromRefund,
  fromSession,
  fromTopup,
} from '../facts-rows.ts'
import { storableJson } from '../storable.ts'

/** What was learned of a payable. */
export type Learned = { key: PayableKey; patch: FactsPatch }

/**
 * The parts of a statement that store what was learned: CTEs, to stand behind `with`, for those kinds of facts only of
 * which there are any, because each costs the database time even if it has nothing to do.
 * What is final stays final, whatever a slower writer brings later.
 */
export function factsCtes(sql: Sql, learned: readonly Learned[]): Fragment[] {
  const rows = <T>(
    pick: (patch: FactsPatch) => readonly T[] | undefined,
    row: (fact: T, key: string) => object,
  ) => learned.flatMap(({ key, patch }) => (pick(patch) ?? []).map(fact => row(fact, key)))
  const parts: [object[], (json: string) => Fragment][] = [
    [rows(patch => patch.sessions, fromSession), json => savedSessions(sql, json)],
    [rows(patch => patch.payments, fromPayment), json => savedPayments(sql, json)],
    [rows(patch => patch.refunds, fromRefund), json => savedRefunds(sql, json)],
    [rows(patch => patch.creditNotes, fromCreditNote), json => savedCreditNotes(sql, json)],
    [rows(patch => patch.disputes, fromDispute), json => savedDisputes(sql, json)],
    [learned.flatMap(payersOf), json => savedCustomers(sql, json)],
  ]
  return parts.flatMap(([some, part]) => (some.length > 0 ? [part(storableJson(some))] : []))
}

const savedSessions = (sql: Sql, json: string) => sql`
    saved_sessions as (
      insert into sessions as t (id, payable_key, attempt, cause, amount, currency, product_id, url, payment_id,
        payment_status, created_at, expires_at, read_at)
      select id, payable_key, attempt, cause, amount, currency, product_id, url, payment_id, payment_status,
        created_at, expires_at, read_at
      from jsonb_populate_recordset(null::sessions, ${json}::text::jsonb)
      on conflict (id) do update set payment_id = coalesce(excluded.payment_id, t.payment_id),
        payment_status = coalesce(excluded.payment_status, t.payment_status),
        read_at = greatest(excluded.read_at, t.read_at)
    )`

/** One that becomes known after it was booked brings with it what was booked. */
const savedPayments = (sql: Sql, json: string) => sql`
    saved_payments as (
      insert into payments as t (id, payable_key, session_id, status, amount, tax, currency, inexact, product_ids,
        error_code, setup, dodo_customer_id, claim, created_at, read_at, recorded_amount, recorded_via)
      select n.id, n.payable_key, session_id, status, amount, tax, currency, inexact, product_ids, error_code, setup,
        dodo_customer_id, claim, created_at, read_at, coalesce((i.result ->> 'amount')::bigint, 0), i.result ->> 'via'
      from jsonb_populate_recordset(null::payments, ${json}::text::jsonb) n
      left join intents i on i.payable_key = n.payable_key and i.key = n.id and i.state = 'done'
        and i.verb = case when starts_with(n.payable_key, 'topup:') then 'credit-balance' else 'record-payment' end
      on conflict (id) do update set status = excluded.status, amount = excluded.amount, tax = excluded.tax,
        currency = excluded.currency, inexact = excluded.inexact, error_code = excluded.error_code,
        session_id = coalesce(excluded.session_id, t.session_id), product_ids = excluded.product_ids,
        dodo_customer_id = coalesce(excluded.dodo_customer_id, t.dodo_customer_id),
        claim = coalesce(excluded.claim, t.claim), read_at = excluded.read_at
      where t.status is distinct from 'succeeded' or excluded.status = 'succeeded'
    )`

const savedRefunds = (sql: Sql, json: string) => sql`
    saved_refunds as (
      insert into refunds as t (id, payment_id, payable_key, status, amount, currency, reason, credit_note_id, created_at)
      select id, payment_id, payable_key, status, amount, currency, reason, credit_note_id, created_at
      from jsonb_populate_recordset(null::refunds, ${json}::text::jsonb)
      on conflict (id) do update set status = excluded.status, amount = excluded.amount,
        credit_note_id = coalesce(t.credit_note_id, excluded.credit_note_id)
      where t.status not in ('succeeded', 'failed')
    )`

const savedCreditNotes = (sql: Sql, json: string) => sql`
    saved_credit_notes as (
      insert into credit_notes as t (id, payable_key, number, refund_amount, refund_status, dodo_refund_id, created_at)
      select id, payable_key, number, refund_amount, refund_status, dodo_refund_id, created_at
      from jsonb_populate_recordset(null::credit_notes, ${json}::text::jsonb)
      on conflict (id) do update set refund_amount = excluded.refund_amount, refund_status = excluded.refund_status,
        dodo_refund_id = coalesce(excluded.dodo_refund_id, t.dodo_refund_id)
    )`

const savedDisputes = (sql: Sql, json: string) => sql`
    saved_disputes as (
      insert into disputes as t (id, payment_id, payable_key, stage, status, amount, currency, resolved_by_rdr, created_at)
      select id, payment_id, payable_key, stage, status, amount, currency, resolved_by_rdr, created_at
      from jsonb_populate_recordset(null::disputes, ${json}::text::jsonb)
      on conflict (id) do update set stage = excluded.stage, status = excluded.status, amount = excluded.amount,
        resolved_by_rdr = excluded.resolved_by_rdr
      where t.status in ('dispute_opened', 'dispute_challenged')
    )`

/** Whoever paid for a payable is its customer at Dodo, too. */
function payersOf({ key, patch }: Learned): object[] {
  const paid = patch.payments?.find(p => p.dodoCustomerId !== null && p.status === 'succeeded')
  return paid ? [{ key, id: paid.dodoCustomerId, at: paid.readAt }] : []
}

/** In the order of their names, so that two writers do not wait for each other. */
const savedCustomers = (sql: Sql, json: string) => sql`
    saved_customers as (
      insert into customers (external_customer_id, dodo_customer_id, updated_at)
      select distinct on (p.external_customer_id) p.external_customer_id, c.id, c.at
      from jsonb_to_recordset(${json}::text::jsonb) as c (key text, id text, at timestamptz) join payables p using (key)
      where p.external_customer_id is not null order by p.external_customer_id, c.at desc
      on conflict (external_customer_id) do update set dodo_customer_id = excluded.dodo_customer_id, updated_at = excluded.updated_at
    )`

/** What Lago said, or the top-up, as columns of a JSON row; a statement reads them with `SAID_COLUMNS`. */
export function saidOf({ invoice, topup, creditNotesReadAt, missingAt }: FactsPatch) {
  const snapshot = invoice ? fromInvoice(invoice) : topup ? fromTopup(topup) : null
  return {
    snapshot,
    said_at: invoice?.readAt ?? topup?.readAt ?? null,
    due: (invoice?.due ?? topup?.amount)?.toString() ?? null,
    notes_read_at: creditNotesReadAt ?? null,
    missing_at: missingAt ?? null,
    number: invoice?.number ?? null,
    customer: invoice?.customer.externalId || topup?.userId || null,
    currency: invoice?.currency ?? topup?.currency ?? null,
  }
}

export const saidColumns = (sql: Sql) => sql`
    snapshot jsonb, said_at timestamptz, due bigint, notes_read_at timestamptz, missing_at timestamptz, number text,
    customer text, currency text`

/**
 * The assignments that store what was said, for an `update payables p` from rows `g` of `saidOf`. A replica that was
 * stopped in the middle and goes on later must not bring back what was true before: the newer word stays.
 */
export const saidAssignments = (sql: Sql) => sql`
    snapshot = case when g.said_at >= coalesce(p.snapshot_at, '-infinity') then g.snapshot else p.snapshot end,
    snapshot_at = greatest(p.snapshot_at, g.said_at),
    amount_due = case when g.said_at >= coalesce(p.snapshot_at, '-infinity') then g.due else p.amount_due end,
    credit_notes_read_at = greatest(p.credit_notes_read_at, g.notes_read_at),
    missing_at = greatest(p.missing_at, g.missing_at),
    invoice_number = coalesce(g.number, p.invoice_number),
    external_customer_id = coalesce(g.customer, p.external_customer_id),
    currency = coalesce(g.currency, p.currency)`

/** CTEs, or other parts, with commas between them. */
export const listed = (sql: Sql, [first, ...rest]: readonly Fragment[]): Fragment =>
  rest.reduce((all, part) => sql`${all}, ${part}`, first ?? sql``)
