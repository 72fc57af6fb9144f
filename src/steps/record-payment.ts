import { CallError, isRefusal } from '../calls/call-error.ts'
import type { Facts, InvoiceFact } from '../core/facts.ts'
import { owedNow } from '../core/plan/owed.ts'
import { keepAll } from '../lago/client.ts'
import { withEntry } from './publish-link.ts'
import { absent, done, type EffectHandler, knownInvoice, type Outcome, type StepContext } from './types.ts'

/** Lago's limit for the reference of a payment. Source: lago-api app/models/payment.rb. */
const LONGEST_REFERENCE = 40
export const PAYMENT_METADATA_KEY = 'dodo_payment_id'

/** What Lago knows a Dodo payment by. */
export const referenceOf = (paymentId: string): string =>
  paymentId.length <= LONGEST_REFERENCE ? paymentId : paymentId.slice(-LONGEST_REFERENCE)

/**
 * Tells Lago that money came. With a licence as a payment with its amount; without one by the payment status alone,
 * and only once everything due has come: until then a part payment is kept here.
 * Source: lago-api app/services/payments/manual_create_service.rb and invoices/update_service.rb.
 */
export const recordPayment: EffectHandler<'record-payment'> = {
  // A full payment recorded twice is refused by Lago; a part payment would count twice.
  settleMs: intent => (intent.request['completes'] === 'true' ? 0 : 15_000),

  request: step => ({
    amount: step.amount.toString(),
    currency: step.currency,
    completes: String(step.completes),
  }),

  async run(step, facts, context) {
    const invoice = knownInvoice(facts)
    const { lago, licence, now } = context
    if (!licence.missing()) {
      try {
        const reference = referenceOf(step.paymentId)
        const payment = await lago.recordPayment({
          invoiceId: invoice.id,
          amount: step.amount,
          reference,
          paidAt: step.paidAt,
        })
        const after = afterPayment(invoice, step.amount, now())
        return done(
          { via: 'payment', amount: step.amount.toString(), lago_payment_id: payment.id },
          { invoice: after },
        )
      } catch (error) {
        // What is due has changed since it was read: read again, and decide again.
        if (isRefusal(error, 422) && isOutOfRange(error)) {
          const again = await lago.getInvoice(invoice.id, now())
          return absent(again ? { invoice: again } : {})
        }
        // Lago gives the same answer for a missing licence and for an invoice that is not finalized; it was, a moment ago.
        // An old Lago has no such route.
        if (!isRefusal(error, 403) && !isRefusal(error, 404)) throw error
        const still = await lago.getInvoice(invoice.id, now())
        if (!still) throw error
        if (still.status !== 'finalized') return absent({ invoice: still })
        await licence.noteMissing()
      }
    }
    return byStatus(step, facts, context)
  },

  async verify(intent, facts, context) {
    const found = (await findRecord(intent.key, facts, context)) ?? absent()
    const invoice = found.patch.invoice
    // Settled, yet still due: a status that was set, as ours would have been.
    return found.kind === 'absent' && invoice?.paymentStatus === 'succeeded' && invoice.due > 0n
      ? done({ via: 'status', amount: intent.request['amount'] ?? '0' }, found.patch)
      : found
  },
}

/** Without a licence: the payment status, with the payment's id kept beside it if there is room. */
async function byStatus(
  step: { paymentId: string; amount: bigint; completes: boolean },
  facts: Facts,
  { lago, now }: StepContext,
): Promise<Outcome> {
  const amount = step.amount.toString()
  if (!step.completes) return done({ via: 'ledger', amount })
  const invoice = knownInvoice(facts)
  const metadata = withEntry(keepAll(invoice.metadata), PAYMENT_METADATA_KEY, step.paymentId)
  try {
    const updated = await lago.setPaymentStatus(invoice.id, 'succeeded', now(), metadata ?? undefined)
    return done({ via: 'status', amount }, { invoice: updated })
  } catch (error) {
    // Lago takes no entry twice, and nothing on a voided invoice: our own call may have landed late, or a person's.
    if (!isRefusal(error, 422) && !isRefusal(error, 405)) throw error
    const again = await lago.getInvoice(invoice.id, now())
    if (!again || sameSettlement(again, invoice)) throw error
    return absent({ invoice: again })
  }
}

const sameSettlement = (a: InvoiceFact, b: InvoiceFact): boolean =>
  a.status === b.status && a.paymentStatus === b.paymentStatus && a.metadata.length === b.metadata.length

/** Looks in Lago for a payment that bears our reference, or for a status that was set for it; null if there is none. */
export async function findRecord(
  paymentId: string,
  facts: Facts,
  { lago, now }: StepContext,
): Promise<Outcome | null> {
  const invoiceId = knownInvoice(facts).id
  // First the invoice: a payment that lands between the two is then found, and not taken for another's.
  const invoice = await lago.getInvoice(invoiceId, now())
  const recorded = (await lago.listPayments(invoiceId))?.find(p => p.reference === referenceOf(paymentId))
  if (recorded) {
    const after = await lago.getInvoice(invoiceId, now())
    const result = { via: 'payment', amount: recorded.amount.toString(), lago_payment_id: recorded.id }
    return done(result, after ? { invoice: after } : {})
  }
  if (!invoice) return null
  const named = invoice.metadata.some(e => e.key === PAYMENT_METADATA_KEY && e.value === paymentId)
  if (invoice.paymentStatus === 'succeeded' && named)
    return done({ via: 'status', amount: invoice.due.toString() }, { invoice })
  // Once nothing is owed none of ours can land any more: what is not there now never was.
  const closed = owedNow(facts, invoice) === 0n
  return absent({ invoice }, closed ? { sought: 'true' } : {})
}

const isOutOfRange = (error: unknown): boolean =>
  error instanceof CallError && error.message.includes('value_is_out_of_range')

/** The invoice as Lago has it once the payment is recorded: its own echo then tells nothing new. */
function afterPayment(invoice: InvoiceFact, amount: bigint, readAt: Date): InvoiceFact {
  const due = invoice.due - amount
  return {
    ...invoice,
    due,
    paid: invoice.paid === null ? null : invoice.paid + amount,
    paymentStatus: due === 0n ? 'succeeded' : invoice.paymentStatus,
    readAt,
  }
}
