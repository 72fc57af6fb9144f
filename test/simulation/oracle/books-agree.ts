import { captured, type InvoiceBook, keptHere } from '../books.ts'
import type { Check } from '../oracle.ts'

/** After one sweep the database says of every invoice what Lago says, and each has the state that fits its money. */
export const check: Check = books => [
  ...books.invoices.flatMap(book => [
    ...withLago(book).map(wrong => `${book.name}: ${wrong}`),
    ...state(book).map(wrong => `${book.name}: ${wrong}`),
  ]),
]

function withLago({ invoice, payable, due }: InvoiceBook): string[] {
  const { status, payment_status, total_amount_cents, self_billed, customer, invoice_type } = invoice
  if (status !== 'finalized' && status !== 'voided') return []
  const ours = !self_billed && !customer.payment_provider && invoice_type !== 'advance_charges'
  if (!payable?.snapshot) {
    const owed = status === 'finalized' && payment_status !== 'succeeded' && due > 0
    return ours && owed ? ['it is owed, and nobody here knows of it'] : []
  }
  // What is settled or is not collected here may change without a word: nothing depends on it.
  if (!ours) return []
  const { snapshot } = payable
  const figures = (due: number | string, total: number | string) =>
    payment_status === 'succeeded' ? '' : `, due ${due} of ${total}`
  const lago = `${status}, ${payment_status}${figures(due, total_amount_cents)}`
  const here = `${snapshot.status}, ${snapshot.paymentStatus}${figures(snapshot.due, snapshot.total)}`
  return lago === here ? [] : [`Lago has it ${lago}; here it is ${here}`]
}

/** An invoice that is owed can be paid, or a person knows why not. */
function state({ invoice, payable, due, payments }: InvoiceBook): string[] {
  if (!payable) return []
  const money = payments.filter(captured)
  const owed =
    invoice.status === 'finalized' && invoice.payment_status !== 'succeeded' ? due - keptHere(money) : 0
  const ours =
    !invoice.self_billed && !invoice.customer.payment_provider && invoice.invoice_type !== 'advance_charges'
  if (owed > 0 && ours && !['open', 'processing', 'given_up', 'uncollectable'].includes(payable.state))
    return [`${owed} is owed, and it is ${payable.state}`]
  if (owed <= 0 && money.some(p => p.recorded > 0) && payable.state !== 'paid')
    return [`it was paid, and it is ${payable.state}`]
  if (payable.state === 'uncollectable' && payable.attention.length === 0)
    return ['it cannot be collected, and nobody is told']
  return []
}
