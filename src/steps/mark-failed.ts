import type { InvoiceFact } from '../core/facts.ts'
import { absent, done, type EffectHandler, knownInvoice, type StepContext } from './types.ts'

/**
 * Tells Lago that a payment failed. The plan only asks for it on an invoice that was pending a moment ago. Lago takes it
 * whatever has happened since: what somebody else recorded meanwhile, it would un-pay, and that is set right at once.
 */
export const markFailed: EffectHandler<'mark-failed'> = {
  // Landing late, it would un-pay an invoice that was paid in the meantime: nothing is recorded before it cannot any more.
  settleMs: () => 15_000,

  request: () => ({}),

  async run(_step, facts, { lago, now }) {
    const { id } = knownInvoice(facts)
    return done({}, { invoice: await setRight(await lago.setPaymentStatus(id, 'failed', now()), lago, now) })
  },

  async verify(_intent, facts, { lago, now }) {
    const invoice = await lago.getInvoice(knownInvoice(facts).id, now())
    if (!invoice) return absent()
    // Paid by others, it is still on its way for as long as it may land.
    if (invoice.paymentStatus !== 'failed') return absent({ invoice })
    return done({}, { invoice: await setRight(invoice, lago, now) })
  },
}

/** An invoice that Lago has nothing due on is paid, by whomever. */
async function setRight(
  invoice: InvoiceFact,
  lago: StepContext['lago'],
  now: () => Date,
): Promise<InvoiceFact> {
  const unpaid = invoice.status === 'finalized' && invoice.paymentStatus === 'failed' && invoice.due === 0n
  return unpaid && invoice.total > 0n ? await lago.setPaymentStatus(invoice.id, 'succeeded', now()) : invoice
}
