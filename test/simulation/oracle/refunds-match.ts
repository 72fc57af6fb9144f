import type { CreditNoteRow } from '../../../sandbox/lago/state/credit-note.ts'
import { captured, type InvoiceBook, type PaymentBook } from '../books.ts'
import type { Check } from '../oracle.ts'

/** Reasons that tell a person why the two sides differ. */
const TOLD = new Set([
  'credit_note_needs_licence',
  'credit_note_refused',
  'credit_note_differs',
  'wallet_shortfall',
  'refund_refused',
  'refund_exceeds_paid',
  'refund_in_dispute',
])

/** What Dodo gave back of an invoice's money, Lago has as refunded: never less, never more, never for one reason twice. */
export const check: Check = ({ invoices, world }) =>
  invoices.flatMap(book => {
    const exclusive = world.config.taxMode === 'exclusive'
    const { number } = book.invoice
    return [...once(book, exclusive), ...equal(book, exclusive), ...answered(book)].map(
      wrong => `${number}: ${wrong}`,
    )
  })

/**
 * What of a payment's refunds was the invoice's money: all that a credit note asked for; of the rest, what was paid
 * beyond the invoice goes back first.
 */
function ofTheInvoice(p: PaymentBook): number {
  if (p.recorded === 0) return 0
  const done = p.refunds.filter(r => r.status === 'succeeded')
  const net = (refunds: typeof done) => refunds.reduce((sum, r) => sum + (r.amount * p.net) / p.gross, 0)
  const [asked, others] = [done.filter(isAsked), done.filter(r => !isAsked(r))]
  return net(asked) + Math.max(0, net(others) - (p.net - p.recorded))
}

const isAsked = ({ row }: PaymentBook['refunds'][number]): boolean =>
  'lago_credit_note_id' in (row.refund.metadata ?? {})

function equal(book: InvoiceBook, exclusive: boolean): string[] {
  const dodo = book.payments.filter(captured).reduce((sum, p) => sum + ofTheInvoice(p), 0)
  const lago = book.notes
    .filter(note => note.refund_status === 'succeeded')
    .reduce((sum, note) => sum + note.refund_amount_cents, 0)
  const refunds = book.payments.reduce((sum, p) => sum + p.refunds.length, 0)
  if (Math.abs(dodo - lago) <= (exclusive ? refunds : 0)) return []
  if (book.payable?.attention.some(a => TOLD.has(a.reason))) return []
  return [`Dodo gave ${dodo} back, Lago has ${lago} as refunded`]
}

function once(book: InvoiceBook, exclusive: boolean): string[] {
  const wrong: string[] = []
  for (const note of book.notes) {
    const refunds = book.payments
      .flatMap(p => p.refunds.map(r => ({ ...r, tax: p.gross - p.net, gross: p.gross })))
      .filter(r => r.status !== 'failed' && r.row.refund.metadata?.['lago_credit_note_id'] === note.lago_id)
    const net = refunds.reduce((sum, r) => sum + r.amount * (1 - r.tax / r.gross), 0)
    if (net > note.refund_amount_cents + (exclusive ? refunds.length : 0))
      wrong.push(`${net} was sent back for ${note.number}, which asks for ${note.refund_amount_cents}`)
  }
  for (const { id } of book.payments.flatMap(p => p.refunds)) {
    const notes = book.notes.filter(note => refundNamed(note) === id)
    if (notes.length > 1) wrong.push(`refund ${id} has ${notes.length} credit notes`)
  }
  return wrong
}

const refundNamed = (note: CreditNoteRow): string | null =>
  note.metadata?.['dodo_refund_id'] ?? /Dodo refund (\S+)/.exec(note.description ?? '')?.[1] ?? null

/** A credit note that asks for a refund of money we took is refunded, on its way, or a person knows why not. */
function answered(book: InvoiceBook): string[] {
  const ours = book.payments.some(p => captured(p) && p.recorded > 0)
  if (!ours) return []
  const onItsWay = book.payments.some(p => p.refunds.some(r => ['pending', 'review'].includes(r.status)))
  return (
    book.notes
      // A note that only offset the invoice may show a refund that nobody asked for: then it has no refund status.
      .filter(note => note.refund_amount_cents > 0 && note.refund_status !== null)
      .filter(note => note.refund_status !== 'succeeded')
      .filter(note => !(onItsWay && note.refund_status === 'pending'))
      .filter(
        note =>
          book.parkedFor(note.lago_id).length === 0 && book.parkedFor(refundNamed(note) ?? '').length === 0,
      )
      .map(
        note =>
          `${note.number} asks for ${note.refund_amount_cents}, is ${note.refund_status}, and nobody knows why`,
      )
  )
}
