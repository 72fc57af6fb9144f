import type { Incoming, Router } from '../../kernel/router.ts'
import type { Context } from '../context.ts'
import { notFound, refusal, unprocessable } from '../errors.ts'
import { createCreditNote } from '../operations/create-credit-note.ts'
import { creditableInvoice } from '../operations/creditable-invoice.ts'
import { isVisible } from '../operations/invoice-payment-status.ts'
import {
  mergedMetadata,
  updateCreditNote,
  visibleNote,
  voidCreditNote,
} from '../operations/update-credit-note.ts'
import { estimateCreditNote } from '../rules/credit-note-estimate.ts'
import { noteMetadata } from '../rules/note-metadata.ts'
import { creditNoteObject } from '../serialize/credit-note.ts'
import { estimateObject } from '../serialize/credit-note-estimate.ts'
import type { CreditNoteRow } from '../state/credit-note.ts'
import { dueOf } from '../state/invoice.ts'
import { answer } from './answer.ts'
import { filterCreditNotes } from './credit-note-filters.ts'
import { paginate } from './paging.ts'
import { pathId, root, topLevel } from './params.ts'

export function creditNoteRoutes(ctx: Context, router: Router): void {
  const one = (note: CreditNoteRow) => answer({ credit_note: creditNoteObject(ctx, note, true) })
  const found = (incoming: Incoming) => visibleNote(ctx, pathId(incoming))
  const list = (notes: readonly CreditNoteRow[], query: URLSearchParams) => {
    const { rows, meta } = paginate(notes, query)
    return answer({ credit_notes: rows.map(note => creditNoteObject(ctx, note, true)), meta })
  }

  router
    .on('POST', '/api/v1/credit_notes', incoming => {
      const params = root(incoming, 'credit_note')
      return one(createCreditNote(ctx, ctx.state.invoices.get(String(params['invoice_id'])), params))
    })
    .on('POST', '/api/v1/credit_notes/estimate', incoming => {
      const params = root(incoming, 'credit_note')
      const invoice = ctx.state.invoices.get(String(params['invoice_id']))
      if (!invoice || !isVisible(invoice)) throw notFound('invoice')
      const verdict = estimateCreditNote({
        ...ctx.settings,
        invoice: creditableInvoice(invoice),
        due_cents: dueOf(invoice),
        items: params['items'],
      })
      if (!verdict.ok) throw refusal(verdict.status, verdict.code, verdict.errors)
      return answer({ estimated_credit_note: estimateObject(invoice, verdict.estimate) })
    })
    .on('GET', '/api/v1/credit_notes', ({ query }) => list(filterCreditNotes(ctx, query), query))
    .on('GET', '/api/v1/customers/:id/credit_notes', incoming => {
      const customer = ctx.state.customersByExternalId.get(pathId(incoming))
      if (!customer) throw notFound('customer')
      const query = new URLSearchParams(incoming.query)
      query.set('external_customer_id', customer.external_id)
      return list(filterCreditNotes(ctx, query), query)
    })
    .on('GET', '/api/v1/credit_notes/:id', incoming => one(found(incoming)))
    .on('PUT', '/api/v1/credit_notes/:id', incoming => {
      const params = root(incoming, 'credit_note')
      return one(updateCreditNote(ctx, found(incoming), params))
    })
    .on('PUT', '/api/v1/credit_notes/:id/void', incoming => one(voidCreditNote(ctx, found(incoming))))
    .on('POST', '/api/v1/credit_notes/:id/metadata', incoming => {
      const note = found(incoming)
      const given = noteMetadata(topLevel(incoming)['metadata'])
      if (!given.ok) throw unprocessable({ metadata: [given.error] })
      note.metadata = given.value
      return answer({ metadata: note.metadata })
    })
    .on('PATCH', '/api/v1/credit_notes/:id/metadata', incoming => {
      const note = found(incoming)
      note.metadata = mergedMetadata(note, topLevel(incoming)['metadata'])
      return answer({ metadata: note.metadata })
    })
    .on('DELETE', '/api/v1/credit_notes/:id/metadata', incoming => {
      const note = found(incoming)
      note.metadata = null
      return answer({ metadata: null })
    })
    .on('DELETE', '/api/v1/credit_notes/:id/metadata/:key', incoming => {
      const note = found(incoming)
      const { [incoming.params['key'] ?? '']: _gone, ...kept } = note.metadata ?? {}
      note.metadata = kept
      return answer({ metadata: note.metadata })
    })
}
