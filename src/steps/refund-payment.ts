import type { RefundFact } from '../core/facts.ts'
import type { DodoPaymentId } from '../core/ids.ts'
import { toRefundFact } from '../dodo/objects.ts'
import { markOf } from './checkout-request.ts'
import { absent, done, type EffectHandler } from './types.ts'

/** Metadata of a refund that was made here, and why. */
const OURS = 'lago_dodo_bridge'

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
      metadata: { [OURS]: step.why, [mark.name]: mark.value },
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

  /** A webhook may have told of it meanwhile, so that it is known by its metadata alone: each is read by itself. */
  async verify(intent, _facts, { dodo }) {
    const { refunds } = await dodo.getPayment(intent.key as DodoPaymentId)
    const read = await Promise.all(refunds.map(r => dodo.getRefund(r.refund_id as RefundFact['id'])))
    const patch = { refunds: read.flatMap(r => toRefundFact(r) ?? []) }
    const ours = read.find(r => r.metadata?.[OURS] !== undefined)
    if (!ours) return absent(patch)
    const amount = patch.refunds.find(r => r.id === ours.refund_id)?.amount.toString()
    return done({ refund_id: ours.refund_id, amount: amount ?? intent.request['amount'] ?? '0' }, patch)
  },
}
