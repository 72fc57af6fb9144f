import { declineForCustomer } from '../decline.ts'
import type { Facts, TopupFact } from '../facts.ts'
import { formatMoney, money } from '../money.ts'
import type { Attention } from '../park.ts'
import { failedPayments } from './retries.ts'
import type { Notice, PayableState } from './types.ts'

/** Everything the merchant's own app may be told of a top-up by now; each key is sent once. */
export function noticesOfTopup(
  facts: Facts,
  topup: TopupFact,
  outcome: { state: PayableState; attention: readonly Attention[] },
): Notice[] {
  const common = {
    topup_id: topup.id,
    user_id: topup.userId,
    credits: topup.credits.toString(),
    payment_id: facts.checkout?.paymentId ?? '',
  }
  return [
    ...failedPayments(facts).map(p => ({
      kind: 'payment.failed' as const,
      key: p.id,
      detail: { ...common, dodo_payment_id: p.id, reason: declineForCustomer(p.errorCode) },
    })),
    ...(outcome.state === 'paid' ? [{ kind: 'topup.paid' as const, key: '', detail: common }] : []),
    ...facts.refunds
      .filter(r => r.status === 'succeeded')
      .map(r => ({
        kind: 'payment.refunded' as const,
        key: r.id,
        detail: {
          ...common,
          dodo_payment_id: r.paymentId,
          dodo_refund_id: r.id,
          refunded: formatMoney(money(r.amount, r.currency)),
        },
      })),
    ...outcome.attention.map(({ reason, about, detail }) => ({
      kind: 'payable.parked' as const,
      key: `${reason}:${about}`,
      detail: { ...common, reason, about, detail },
    })),
  ]
}
