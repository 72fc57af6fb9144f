import type { Context } from '../context.ts'
import type { CreditNoteRow } from '../state/credit-note.ts'
import { newestFirst } from './paging.ts'
import { listOf } from './params.ts'

/** Finalized notes, newest first. Source: lago-api app/queries/credit_notes_query.rb. */
export function filterCreditNotes(ctx: Context, query: URLSearchParams): CreditNoteRow[] {
  const candidates = candidatesOf(ctx, query)
  const tests: ((note: CreditNoteRow) => boolean)[] = [note => note.status === 'finalized']
  const oneOf = (name: string, pick: (note: CreditNoteRow) => string | null) => {
    const wanted = listOf(query, name)
    if (wanted.length > 0) tests.push(note => wanted.includes(pick(note) ?? ''))
  }
  oneOf('reason', note => note.reason)
  oneOf('credit_status', note => note.credit_status)
  oneOf('refund_status', note => note.refund_status)
  oneOf('currency', note => note.invoice.currency)
  const types = listOf(query, 'types')
  if (types.length > 0) {
    tests.push(
      note =>
        (types.includes('credit') && note.credit_amount_cents > 0) ||
        (types.includes('refund') && note.refund_amount_cents > 0) ||
        (types.includes('offset') && note.offset_amount_cents > 0),
    )
  }
  const from = query.get('issuing_date_from')
  if (from) tests.push(note => note.issuing_date >= from.slice(0, 10))
  const to = query.get('issuing_date_to')
  if (to) tests.push(note => note.issuing_date <= to.slice(0, 10))
  const least = query.get('amount_from')
  if (least) tests.push(note => note.total_amount_cents >= Number(least))
  const most = query.get('amount_to')
  if (most) tests.push(note => note.total_amount_cents <= Number(most))
  return newestFirst(candidates.filter(note => tests.every(test => test(note))))
}

function candidatesOf(ctx: Context, query: URLSearchParams): CreditNoteRow[] {
  const number = query.get('invoice_number')
  const external = query.get('external_customer_id')
  if (number !== null) {
    const notes = ctx.state.invoicesByNumber.get(number)?.credit_notes ?? []
    return notes.filter(note => external === null || note.invoice.customer.external_id === external)
  }
  if (external !== null) {
    const invoices = ctx.state.customersByExternalId.get(external)?.invoices ?? []
    return invoices.flatMap(invoice => invoice.credit_notes)
  }
  return [...ctx.state.creditNotes.values()]
}
