import { captured, type InvoiceBook, keptHere } from '../books.ts'
import type { Check } from '../oracle.ts'

export const beforeSweep = true

/** An invoice is paid in Lago only if the money is there, in its currency; and it never goes back from that. */
export const check: Check = ({ invoices, world }) =>
  invoices.flatMap(book => {
    const { invoice } = book
    if (world.setByOperator.has(invoice.lago_id)) return []
    return unearned(book).map(wrong => `${invoice.number}: ${wrong}`)
  })

function unearned({ invoice, payments }: InvoiceBook): string[] {
  const inLago = invoice.payments.reduce((sum, p) => sum + p.amount_cents, 0)
  const offset = invoice.credit_notes.reduce((sum, note) => sum + note.offset_amount_cents, 0)
  const owed = invoice.total_amount_cents - offset - inLago - keptHere(payments.filter(captured))
  const finalized = invoice.status === 'finalized' && invoice.invoice_type !== 'advance_charges'
  if (finalized && invoice.payment_status === 'succeeded' && owed > 0)
    return [`it is paid in Lago, and ${owed} of ${invoice.total_amount_cents} never came`]
  if (
    finalized &&
    invoice.payment_status === 'failed' &&
    inLago > 0 &&
    inLago + offset >= invoice.total_amount_cents
  )
    return ['it is paid in full in Lago, and failed']
  const strange = payments.filter(p => p.inLago > 0 && p.row.payment.currency !== invoice.currency)
  return strange.map(p => `payment ${p.id} of ${p.row.payment.currency} is recorded on it`)
}
