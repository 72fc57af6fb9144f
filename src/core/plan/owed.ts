import type { Facts, InvoiceFact } from '../facts.ts'
import { intentsOf } from '../intent.ts'
import { sumBigint } from '../money.ts'

/**
 * How much of an invoice is still to be collected by us, in Lago's minor unit.
 * A PUT of `payment_status` leaves the due amount as it was, so a succeeded invoice owes nothing whatever it says.
 * Source: lago-api `Invoices::UpdateService`.
 */
function owedOf(invoice: InvoiceFact): bigint {
  if (invoice.status !== 'finalized' || invoice.paymentStatus === 'succeeded') return 0n
  return invoice.due > 0n ? invoice.due : 0n
}

/**
 * Without a Lago licence the amount of a payment cannot be told to Lago: a part is kept here until the rest comes, and
 * the whole is told by status alone. What is owed then is less than Lago says, even if somebody undoes the status.
 */
export function owedNow(facts: Facts, invoice: InvoiceFact): bigint {
  const keptHere = intentsOf(facts.intents, 'record-payment', 'done').filter(
    i => i.result['via'] === 'ledger' || i.result['via'] === 'status',
  )
  const owed = owedOf(invoice) - sumBigint(keptHere.map(i => BigInt(i.result['amount'] ?? '0')))
  return owed > 0n ? owed : 0n
}

/** Why an invoice is not ours to collect, in words; null if it is. */
export function notOurs(invoice: InvoiceFact): string | null {
  if (invoice.topupId) return 'it is for a top-up that was paid for before Lago heard of it'
  if (invoice.selfBilled) return 'it is self-billed: the money goes the other way'
  if (invoice.nativeProvider !== null) return `Lago collects it through ${invoice.nativeProvider}`
  if (invoice.type === 'advance_charges') return 'its fees were paid in advance'
  return null
}
