import { type InvoiceBook, keptHere } from '../books.ts'
import type { Check } from '../oracle.ts'

/** An invoice that was paid and then voided or set back in Lago is shown, while its money is still here. */
export const check: Check = ({ invoices }) =>
  invoices.flatMap(book => {
    const reason = undone(book)
    const kept = book.payments.filter(p => p.recorded > 0 && p.back === 0)
    if (reason === null || kept.length === 0 || book.parkedFor(book.invoice.lago_id).includes(reason))
      return []
    return [`${book.invoice.number} keeps ${kept.map(p => p.id)}, and nobody is told: ${reason}`]
  })

function undone({ invoice, due, payments }: InvoiceBook): string | null {
  if (invoice.status === 'voided') return 'voided_after_payment'
  const paid = due - keptHere(payments) <= 0
  return invoice.status === 'finalized' && invoice.payment_status !== 'succeeded' && paid
    ? 'unpaid_in_lago'
    : null
}
