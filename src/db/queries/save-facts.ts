import type { FactsPatch } from '../../core/facts.ts'
import type { Sql } from '../connection.ts'
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

/**
 * The parts of a statement that store what was learned of a payable: names of CTEs, to stand behind `with`.
 * What is final stays final, whatever a slower writer brings later.
 */
export function factsCtes(sql: Sql, payableKey: string, patch: FactsPatch) {
  const sessions = storableJson((patch.sessions ?? []).map(s => fromSession(s, payableKey)))
  const payments = storableJson((patch.payments ?? []).map(p => fromPayment(p, payableKey)))
  const refunds = storableJson((patch.refunds ?? []).map(r => fromRefund(r, payableKey)))
  const creditNotes = storableJson((patch.creditNotes ?? []).map(n => fromCreditNote(n, payableKey)))
  const disputes = storableJson((patch.disputes ?? []).map(d => fromDispute(d, payableKey)))
  const customer = patch.payments?.find(p => p.dodoCustomerId !== null && p.status === 'succeeded')
  return sql`
    saved_sessions as (
      insert into sessions as t (id, payable_key, attempt, cause, amount, currency, product_id, url, payment_id,
        payment_status, created_at, expires_at, read_at)
      select id, payable_key, attempt, cause, amount, currency, product_id, url, payment_id, payment_status,
        created_at, expires_at, read_at
      from jsonb_populate_recordset(null::sessions, ${sessions}::text::jsonb)
      on conflict (id) do update set payment_id = coalesce(excluded.payment_id, t.payment_id),
        payment_status = coalesce(excluded.payment_status, t.payment_status),
        read_at = greatest(excluded.read_at, t.read_at)
    ), saved_payments as (
      insert into payments as t (id, payable_key, session_id, status, amount, tax, currency, inexact, product_ids,
        error_code, setup, dodo_customer_id, claim, created_at, read_at)
      select id, payable_key, session_id, status, amount, tax, currency, inexact, product_ids, error_code, setup,
        dodo_customer_id, claim, created_at, read_at
      from jsonb_populate_recordset(null::payments, ${payments}::text::jsonb)
      on conflict (id) do update set status = excluded.status, amount = excluded.amount, tax = excluded.tax,
        currency = excluded.currency, inexact = excluded.inexact, error_code = excluded.error_code,
        session_id = coalesce(excluded.session_id, t.session_id), product_ids = excluded.product_ids,
        dodo_customer_id = coalesce(excluded.dodo_customer_id, t.dodo_customer_id),
        claim = coalesce(excluded.claim, t.claim), read_at = excluded.read_at
      where t.status is distinct from 'succeeded' or excluded.status = 'succeeded'
    ), saved_refunds as (
      insert into refunds as t (id, payment_id, payable_key, status, amount, currency, reason, credit_note_id, created_at)
      select id, payment_id, payable_key, status, amount, currency, reason, credit_note_id, created_at
      from jsonb_populate_recordset(null::refunds, ${refunds}::text::jsonb)
      on conflict (id) do update set status = excluded.status, amount = excluded.amount,
        credit_note_id = coalesce(t.credit_note_id, excluded.credit_note_id)
      where t.status not in ('succeeded', 'failed')
    ), saved_credit_notes as (
      insert into credit_notes as t (id, payable_key, number, refund_amount, refund_status, dodo_refund_id, created_at)
      select id, payable_key, number, refund_amount, refund_status, dodo_refund_id, created_at
      from jsonb_populate_recordset(null::credit_notes, ${creditNotes}::text::jsonb)
      on conflict (id) do update set refund_amount = excluded.refund_amount, refund_status = excluded.refund_status,
        dodo_refund_id = coalesce(excluded.dodo_refund_id, t.dodo_refund_id)
    ), saved_disputes as (
      insert into disputes as t (id, payment_id, payable_key, stage, status, amount, currency, resolved_by_rdr, created_at)
      select id, payment_id, payable_key, stage, status, amount, currency, resolved_by_rdr, created_at
      from jsonb_populate_recordset(null::disputes, ${disputes}::text::jsonb)
      on conflict (id) do update set stage = excluded.stage, status = excluded.status, amount = excluded.amount,
        resolved_by_rdr = excluded.resolved_by_rdr
      where t.status in ('dispute_opened', 'dispute_challenged')
    ), saved_customer as (
      insert into customers (external_customer_id, dodo_customer_id, updated_at)
      select p.external_customer_id, ${customer?.dodoCustomerId ?? null}, ${customer?.readAt ?? null}
      from payables p
      where p.key = ${payableKey} and p.external_customer_id is not null and ${customer !== undefined}
      on conflict (external_customer_id) do update set dodo_customer_id = excluded.dodo_customer_id, updated_at = excluded.updated_at
    )`
}

/**
 * The assignments that store what Lago said, for an `update payables`. A replica that was stopped in the middle and
 * goes on later must not bring back what was true before: the newer word stays.
 */
export function snapshotColumns(sql: Sql, patch: FactsPatch) {
  const { invoice, topup } = patch
  const snapshot = invoice ? fromInvoice(invoice) : topup ? fromTopup(topup) : null
  const readAt = invoice?.readAt ?? topup?.readAt ?? null
  const due = (invoice?.due ?? topup?.amount)?.toString() ?? null
  const newer = sql`${readAt}::timestamptz >= coalesce(snapshot_at, '-infinity')`
  return sql`
    snapshot = case when ${newer} then ${snapshot ? storableJson(snapshot) : null}::text::jsonb else snapshot end,
    snapshot_at = greatest(snapshot_at, ${readAt}::timestamptz),
    amount_due = case when ${newer} then ${due}::bigint else amount_due end,
    credit_notes_read_at = greatest(credit_notes_read_at, ${patch.creditNotesReadAt ?? null}::timestamptz),
    missing_at = greatest(missing_at, ${patch.missingAt ?? null}::timestamptz),
    invoice_number = coalesce(${invoice?.number ?? null}, invoice_number),
    external_customer_id = coalesce(${invoice?.customer.externalId || topup?.userId || null}, external_customer_id),
    currency = coalesce(${invoice?.currency ?? topup?.currency ?? null}, currency)`
}
