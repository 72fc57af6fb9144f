import { captured, type InvoiceBook, type PaymentBook } from '../books.ts'
import type { Check } from '../oracle.ts'

export const beforeSweep = true

/** Every unit that Dodo took for an invoice is in exactly one place: recorded, sent back, or shown to a person. */
export const check: Check = ({ invoices, world }) =>
  invoices.flatMap(book => {
    const money = book.payments.filter(captured)
    const recorded = money.reduce((sum, p) => sum + p.recorded, 0)
    const { invoice } = book
    // A status that a person set for the same money cannot be told from ours.
    const settled =
      world.witness.settledByStatus.has(invoice.lago_id) || world.setByOperator.has(invoice.lago_id)
    return [
      ...money.flatMap(p => placed(book, p).map(wrong => `${invoice.number}, payment ${p.id}: ${wrong}`)),
      ...money.flatMap(p => agreed(book, p, settled)),
      ...(recorded > invoice.total_amount_cents
        ? [`${invoice.number} of ${invoice.total_amount_cents} has ${recorded} recorded`]
        : []),
    ]
  })

function placed(book: InvoiceBook, p: PaymentBook): string[] {
  if (!p.here) return [`${p.gross} came, and nobody here knows of it`]
  const parked = book.parkedFor(p.id)
  const excess = p.recorded > 0 ? p.net - p.recorded : p.gross
  const ours = p.refunds
    .filter(r => r.status !== 'failed' && 'lago_dodo_bridge' in (r.row.refund.metadata ?? {}))
    .reduce((sum, r) => sum + r.amount, 0)
  const wrong: string[] = []
  if (p.recorded > p.net) wrong.push(`${p.recorded} recorded of ${p.net}`)
  if (ours > excess) wrong.push(`${ours} sent back, ${excess} was owed for nothing`)
  if (excess > 0 && p.back < excess && parked.length === 0)
    wrong.push(`${excess} of ${p.gross} is in no place: ${p.back} went back, ${p.recorded} is recorded`)
  if (excess === 0 && parked.length > 0) wrong.push(`recorded in full, and parked too: ${parked}`)
  if (p.recorded === 0 && p.back >= p.gross && parked.some(reason => reason !== 'refund_failed'))
    wrong.push(`sent back in full, and parked too: ${parked}`)
  return wrong
}

/** What is booked here is what Lago has. */
function agreed({ invoice }: InvoiceBook, p: PaymentBook, settled: boolean): string[] {
  const via = p.here?.via ?? null
  if (p.inLago > 0 && p.recorded !== p.inLago)
    return [`${invoice.number}, payment ${p.id}: Lago has ${p.inLago}, here it is ${p.recorded}`]
  if (p.recorded > 0 && p.inLago === 0 && via === 'payment')
    return [`${invoice.number}, payment ${p.id}: ${p.recorded} recorded here, nothing in Lago`]
  if (via === 'status' && !settled && p.inLago === 0)
    return [`${invoice.number}, payment ${p.id}: settled by status here, and Lago was never told`]
  return []
}
