import { isRefusal } from '../calls/call-error.ts'
import type { RefundFact } from '../core/facts.ts'
import type { DodoPaymentId } from '../core/ids.ts'
import { toRefundFact } from '../dodo/objects.ts'
import { absent, done, type EffectHandler } from './types.ts'

/** Refunds in Dodo what a Lago credit note asks for. */
export const refundCreditNote: EffectHandler<'refund-credit-note'> = {
  settleMs: () => 15_000,

  request: step => ({ amount: step.amount.toString(), net: step.net.toString(), currency: step.currency }),

  async run(step, facts, { dodo }) {
    const payment = facts.payments.find(p => p.id === step.paymentId)
    const answer = await dodo
      .refund({
        paymentId: step.paymentId,
        productId: payment?.productIds[0] ?? '',
        amount: step.whole ? null : { amount: step.amount, currency: step.currency },
        reason: `Credit note ${facts.creditNotes.find(n => n.id === step.creditNoteId)?.number ?? step.creditNoteId}`,
        metadata: {
          lago_credit_note_id: step.creditNoteId,
          lago_invoice_id: facts.key.slice('invoice:'.length),
        },
      })
      .catch(error => {
        // One refund at a time: another one is under way, and this one comes after it.
        if (isRefusal(error, undefined, 'EXISTING_REFUND_REQUEST_PROCESSING')) return null
        throw error
      })
    if (!answer) {
      const { refunds } = await dodo.getPayment(step.paymentId)
      return absent(
        { refunds: refunds.flatMap(r => toRefundFact(r) ?? []) },
        { waits: 'another refund is under way' },
      )
    }
    const fact = toRefundFact(answer)
    const refund: RefundFact = {
      id: answer.refund_id as RefundFact['id'],
      paymentId: step.paymentId,
      status: answer.status,
      amount: fact?.amount ?? step.amount,
      currency: fact?.currency ?? step.currency,
      reason: answer.reason ?? null,
      creditNoteId: step.creditNoteId,
      createdAt: new Date(answer.created_at),
    }
    return done({ refund_id: refund.id, amount: refund.amount.toString() }, { refunds: [refund] })
  },

  /**
   * The payment shows its refunds without metadata: each whose credit note is not known is read by itself, also one
   * that a webhook has told of meanwhile.
   */
  async verify(intent, facts, { dodo }) {
    const [creditNoteId, paymentId] = intent.key.split(':')
    const noteOf = new Map<string, string | null>(facts.refunds.map(r => [r.id, r.creditNoteId]))
    const { refunds } = await dodo.getPayment(paymentId as DodoPaymentId)
    const unclear = refunds.filter(r => !noteOf.get(r.refund_id))
    const read = await Promise.all(unclear.map(r => dodo.getRefund(r.refund_id as RefundFact['id'])))
    const patch = { refunds: read.flatMap(r => toRefundFact(r) ?? []) }
    const ours = [...facts.refunds, ...patch.refunds].find(
      r => r.creditNoteId === creditNoteId && r.paymentId === paymentId,
    )
    return ours ? done({ refund_id: ours.id, amount: ours.amount.toString() }, patch) : absent(patch)
  },
}
