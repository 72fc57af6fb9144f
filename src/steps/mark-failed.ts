import { absent, done, type EffectHandler, knownInvoice } from './types.ts'

/** Tells Lago that a payment failed. The plan only asks for it on an invoice that was pending a moment ago. */
export const markFailed: EffectHandler<'mark-failed'> = {
  // Landing late, it would un-pay an invoice that was paid in the meantime: nothing is recorded before it cannot any more.
  settleMs: () => 15_000,

  request: () => ({}),

  async run(_step, facts, { lago, now }) {
    const invoice = knownInvoice(facts)
    return done({}, { invoice: await lago.setPaymentStatus(invoice.id, 'failed', now()) })
  },

  async verify(_intent, facts, { lago, now }) {
    const invoice = await lago.getInvoice(knownInvoice(facts).id, now())
    if (!invoice) return absent()
    return invoice.paymentStatus === 'pending' ? absent({ invoice }) : done({}, { invoice })
  },
}
