import type { SessionFact } from '../core/facts.ts'
import { payLink } from '../core/plan/collect.ts'
import { SESSION_LIFETIME_MS } from '../core/policy.ts'
import { toPaymentFact } from '../dodo/objects.ts'
import { absent, done, type EffectHandler, knownInvoice } from './types.ts'

/** Opens a Dodo checkout for exactly what is due. A session whose answer was lost has a link that nobody knows. */
export const openCheckout: EffectHandler<'open-checkout'> = {
  settleMs: () => 0,

  request: step => ({
    amount: step.amount.toString(),
    currency: step.currency,
    product_id: step.productId,
    cause: step.cause,
  }),

  async run(step, facts, { dodo, policy, dodoCustomerOf, now }) {
    const invoice = knownInvoice(facts)
    const at = now()
    const link = payLink(facts, policy)
    const suffix = step.attempt === 1 ? '' : `-${step.attempt}`
    const { sessionId, url } = await dodo.openCheckout({
      price: { amount: step.amount, currency: step.currency },
      productId: step.productId,
      customer: invoice.customer,
      dodoCustomerId: invoice.customer.dodoCustomerId ?? (await dodoCustomerOf(invoice.customer.externalId)),
      metadata: {
        lago_invoice_id: invoice.id,
        lago_invoice_number: invoice.number.slice(0, 500),
        lago_external_customer_id: invoice.customer.externalId.slice(0, 500),
        attempt: String(step.attempt),
      },
      returnUrl: `${link}/return`,
      cancelUrl: `${link}/return`,
      idempotencyKey: `lago-inv-${invoice.id}${suffix}`,
    })
    const session: SessionFact = {
      id: sessionId,
      attempt: step.attempt,
      cause: step.cause,
      amount: step.amount,
      currency: step.currency,
      productId: step.productId,
      url,
      paymentId: null,
      paymentStatus: null,
      createdAt: at,
      expiresAt: new Date(at.getTime() + SESSION_LIFETIME_MS),
      readAt: at,
    }
    return done({ session_id: sessionId }, { sessions: [session] })
  },

  /** Sessions cannot be listed, but a payment made in a lost one can: it would name the invoice. */
  async verify(intent, facts, { dodo, now }) {
    const invoiceId = facts.key.slice('invoice:'.length)
    const known = new Set(facts.payments.map(p => p.id))
    const made = await dodo.listPayments(intent.startedAt)
    const ours = made.filter(
      p => String(p.metadata['lago_invoice_id'] ?? '') === invoiceId && !known.has(p.id),
    )
    if (ours.length === 0) return absent()
    const payments = await Promise.all(
      ours.map(async p => toPaymentFact((await dodo.getPayment(p.id)).payment, now())),
    )
    return absent({ payments })
  },
}
