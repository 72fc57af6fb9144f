import type { SessionFact } from '../core/facts.ts'
import { SESSION_LIFETIME_MS } from '../core/policy.ts'
import { toPaymentFact } from '../dodo/objects.ts'
import { markOf, particularsOf } from './checkout-request.ts'
import { absent, done, type EffectHandler } from './types.ts'

/** Opens a Dodo checkout for exactly what is due. A session whose answer was lost has a link that nobody knows. */
export const openCheckout: EffectHandler<'open-checkout'> = {
  settleMs: () => 0,

  request: step => ({
    amount: step.amount.toString(),
    currency: step.currency,
    product_id: step.productId,
    cause: step.cause,
  }),

  async run(step, facts, context) {
    const at = context.now()
    const { sessionId, url } = await context.dodo.openCheckout({
      price: { amount: step.amount, currency: step.currency },
      productId: step.productId,
      ...(await particularsOf(step, facts, context)),
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

  /** Sessions cannot be listed, but a payment made in a lost one can: it would name what it is for. */
  async verify(intent, facts, { dodo, now }) {
    const mark = markOf(facts)
    const known = new Set(facts.payments.map(p => p.id))
    const made = await dodo.listPayments(intent.startedAt)
    const ours = made.filter(p => String(p.metadata[mark.name] ?? '') === mark.value && !known.has(p.id))
    if (ours.length === 0) return absent()
    const payments = await Promise.all(
      ours.map(async p => toPaymentFact((await dodo.getPayment(p.id)).payment, now())),
    )
    return absent({ payments })
  },
}
