import type { RefundFact } from '../core/facts.ts'
import type { DodoPaymentId } from '../core/ids.ts'
import { sumBigint } from '../core/money.ts'
import { toRefundFact } from '../dodo/objects.ts'
import { markOf } from './checkout-request.ts'
import { absent, done, type EffectHandler } from './types.ts'

/** Sends back money that is owed for nothing. */
export const refundPayment: EffectHandler<'refund-payment'> = {
  settleMs: () => 15_000,

  request: step => ({ amount: step.amount.toString(), currency: step.currency, why: step.why }),

  async run(step, facts, { dodo }) {
    const mark = markOf(facts)
    const payment = facts.payments.find(p => p.id === step.paymentId)
    const refund = await dodo.refund({
      paymentId: step.paymentId,
      productId: payment?.productIds[0] ?? '',
      amount: step.whole ? null : { amount: step.amount, currency: step.currency },
      reason:
        step.why === 'duplicate_payment'
          ? 'Duplicate payment'
          : facts.kind === 'topup'
            ? 'The top-up was no longer due'
            : 'The invoice was no longer due',
      metadata: { lago_dodo_bridge: step.why, [mark.name]: mark.value },
    })
    const fact: RefundFact = toRefundFact(refund) ?? {
      id: refund.refund_id as RefundFact['id'],
      paymentId: step.paymentId,
      status: refund.status,
      amount: step.amount,
      currency: step.currency,
      reason: refund.reason ?? null,
      creditNoteId: null,
      createdAt: new Date(refund.created_at),
    }
    return done({ refund_id: fact.id, amount: fact.amount.toString() }, { refunds: [fact] })
  },

  /** The refunds of the payment that were not known when the call was made. */
  async verify(intent, facts, { dodo }) {
    const known = new Set(facts.refunds.map(refund => refund.id))
    const all = (await dodo.getPayment(intent.key as DodoPaymentId)).refunds.flatMap(
      r => toRefundFact(r) ?? [],
    )
    const appeared = all.filter(refund => !known.has(refund.id) && refund.status !== 'failed')
    const match = appeared.find(refund => refund.amount.toString() === intent.request['amount'])
    const refunds = { refunds: all }
    if (match) return done({ refund_id: match.id, amount: match.amount.toString() }, refunds)
    return appeared.length > 0
      ? done(
          { refund_id: appeared[0]?.id ?? '', amount: sumBigint(appeared.map(r => r.amount)).toString() },
          refunds,
        )
      : absent(refunds)
  },
}
