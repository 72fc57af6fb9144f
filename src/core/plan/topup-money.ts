import type { DisputeFact, Facts, PaymentFact, RefundFact, TopupFact } from '../facts.ts'
import { findIntent, intentsOf } from '../intent.ts'
import { formatMoney, minBigint, money, sumBigint } from '../money.ts'
import type { Attention } from '../park.ts'
import type { Policy } from '../policy.ts'
import type { Step } from '../steps.ts'
import { isLost } from './disputes.ts'
import { type Purpose, recordedOf } from './money-received.ts'
import { byAge, movesMoney, phaseOf } from './payment-state.ts'

/**
 * A top-up is credited in full, once, for a payment that covers its whole price. Tax that Dodo puts on top of the
 * price is not part of it.
 */
export const forTopup = (facts: Facts, topup: TopupFact, policy: Policy): Purpose => ({
  owed: topup.status === 'pending' || topup.status === 'processing' ? topup.amount : 0n,
  whole: true,
  net(p, asked = topup.amount) {
    const before = p.amount - p.tax
    if (policy.taxMode === 'exclusive') return before
    return before === asked ? before : p.amount
  },
  book: (p, amount) => ({ verb: 'credit-balance', key: p.id, paymentId: p.id, amount }),
  refused: 'credit_refused',
  // Another run may have credited it while this one took it for lost: then nothing is owed because of it.
  seek: p => {
    const intent = findIntent(facts.intents, 'credit-balance', p.id)
    return intent && topup.status === 'paid' && topup.creditedFor === p.id ? { verb: 'verify', intent } : null
  },
  reservedFor: topup.status === 'processing' ? topup.creditedFor : null,
  contradiction: p =>
    p.claim && facts.checkout && p.claim !== facts.checkout.paymentId
      ? `its metadata says that it is ${p.claim}, not ${facts.checkout.paymentId}`
      : null,
})

type Loss = { id: string; amount: bigint; createdAt: Date; why: 'refund' | 'dispute' }

/**
 * Money of a credited payment that went back to the payer, oldest first. One whose credits have begun to be taken comes
 * before any that was heard of since: they may be gone already.
 */
function lossesOf(facts: Facts, payment: PaymentFact): Loss[] {
  const mine = <T extends { paymentId: string }>(all: readonly T[]) =>
    all.filter(item => item.paymentId === payment.id)
  const loss = (why: Loss['why']) => (item: RefundFact | DisputeFact) => ({
    id: item.id,
    amount: item.amount,
    createdAt: item.createdAt,
    why,
  })
  const begun = ({ id }: Loss) => (findIntent(facts.intents, 'debit-balance', id) ? 0 : 1)
  return [
    ...mine(facts.refunds)
      .filter(r => r.status === 'succeeded')
      .map(loss('refund')),
    ...mine(facts.disputes).filter(isLost).map(loss('dispute')),
  ].sort(
    (a, b) => begun(a) - begun(b) || a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1),
  )
}

/** The credits that so much of a payment stands for, to the cent, whatever parts it went back in. */
function creditsFor(topup: TopupFact, payment: PaymentFact, gross: bigint): bigint {
  const price = (2n * topup.amount * gross + payment.amount) / (2n * payment.amount)
  return (topup.credits * price) / topup.amount
}

/** Takes credits back in proportion to the money that went back, once for each refund and each lost dispute. */
export function takeBack(facts: Facts, topup: TopupFact): { steps: Step[]; attention: Attention[] } {
  const steps: Step[] = []
  const attention: Attention[] = []
  for (const { id, status, amount, currency, paymentId } of facts.disputes)
    if (status === 'dispute_opened' || status === 'dispute_challenged')
      attention.push({
        reason: 'dispute_open',
        about: id,
        detail: `${formatMoney(money(amount, currency))} of payment ${paymentId}`,
      })
  const credited = facts.payments.filter(p => movesMoney(p) && phaseOf(p.status) === 'captured')
  for (const payment of credited.sort(byAge)) {
    if (recordedOf(facts, payment.id) === 0n) continue
    const gone = sumBigint(
      intentsOf(facts.intents, 'debit-balance', 'done')
        .filter(i => i.request['payment_id'] === payment.id)
        .map(i => BigInt(i.request['amount'] ?? '0')),
    )
    for (const loss of lossesOf(facts, payment)) {
      const intent = findIntent(facts.intents, 'debit-balance', loss.id)
      const missing = intent?.result['shortfall'] ?? '0'
      if (intent?.state === 'refused')
        attention.push({ reason: 'debit_refused', about: loss.id, detail: intent.result['message'] ?? '' })
      else if (intent?.state === 'done' && missing !== '0')
        attention.push({
          reason: 'wallet_shortfall',
          about: loss.id,
          detail: `${missing} credits were spent before payment ${payment.id} went back`,
        })
      if (intent?.state === 'done' || intent?.state === 'refused' || steps.length > 0) continue
      const amount = minBigint(loss.amount, payment.amount - gone)
      const credits = creditsFor(topup, payment, gone + amount) - creditsFor(topup, payment, gone)
      if (credits > 0n)
        steps.push({
          verb: 'debit-balance',
          key: loss.id,
          paymentId: payment.id,
          amount,
          credits,
          why: loss.why,
        })
    }
  }
  return { steps, attention }
}
