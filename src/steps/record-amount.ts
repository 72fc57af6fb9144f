import { isRefusal } from '../calls/call-error.ts'
import { referenceOf } from './record-payment.ts'
import { absent, done, type EffectHandler, knownInvoice, refused } from './types.ts'

export const UNLICENSED = { unlicensed: 'true' } as const

/**
 * Records the amount of a payment on an invoice that was only marked paid: since v1.39 Lago refunds no more than was
 * recorded. An old Lago without such payments refunds without them.
 * Source: lago-api app/services/credit_notes/validate_service.rb
 */
export const recordAmount: EffectHandler<'record-amount'> = {
  // The whole amount recorded twice is refused by Lago.
  settleMs: () => 0,

  request: step => ({ amount: step.amount.toString() }),

  async run(step, facts, { lago, licence, now }) {
    const invoice = knownInvoice(facts)
    try {
      const reference = referenceOf(step.paymentId)
      const payment = await lago.recordPayment({
        invoiceId: invoice.id,
        amount: step.amount,
        reference,
        paidAt: step.paidAt,
      })
      const after = await lago.getInvoice(invoice.id, now())
      return done({ lago_payment_id: payment.id }, after ? { invoice: after } : {})
    } catch (error) {
      if (!isRefusal(error, 403)) throw error
      // Lago says the same of an invoice that is not finalized any more.
      const still = await lago.getInvoice(invoice.id, now())
      if (still && still.status !== 'finalized')
        return refused(`the invoice is ${still.status}`, { invoice: still })
      await licence.noteMissing()
      return absent({}, UNLICENSED)
    }
  },

  async verify(intent, facts, { lago }) {
    const payments = await lago.listPayments(knownInvoice(facts).id)
    const found = payments?.find(p => p.reference === referenceOf(intent.key))
    return found ? done({ lago_payment_id: found.id }) : absent()
  },
}
