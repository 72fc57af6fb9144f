import { declineForCustomer } from '../decline.ts'
import type { Facts, InvoiceFact, SessionFact } from '../facts.ts'
import { formatMoney, money } from '../money.ts'
import type { Attention } from '../park.ts'
import type { Policy } from '../policy.ts'
import { payLink } from './collect.ts'
import { newestSession } from './payment-state.ts'
import { failedPayments, nextAttempt } from './retries.ts'
import type { Notice, PayableState } from './types.ts'

/** Everything the merchant's own app may be told by now; each key is sent once. */
export function noticesOf(
  facts: Facts,
  invoice: InvoiceFact,
  outcome: { state: PayableState; attention: readonly Attention[] },
  policy: Policy,
): Notice[] {
  const common = {
    lago_invoice_id: invoice.id,
    invoice_number: invoice.number,
    external_customer_id: invoice.customer.externalId,
    payment_url: payLink(facts, policy),
  }
  const notices: Notice[] = []
  const ready = (session: SessionFact, key: string) =>
    notices.push({
      kind: 'payment_link.ready',
      key,
      detail: {
        ...common,
        attempt: String(session.attempt),
        amount: session.amount.toString(),
        currency: session.currency,
      },
    })
  for (const session of facts.sessions) if (session.cause !== 'link') ready(session, String(session.attempt))
  // "Retry payment" was pressed while the checkout was still open: the same link, and the customer hears of it again.
  const newest = newestSession(facts.sessions)
  const asked = facts.retryRequestedAt
  if (newest && asked && asked > newest.createdAt && outcome.state === 'open')
    ready(newest, `${newest.attempt}@${asked.toISOString()}`)
  const next = nextAttempt(facts, policy)
  for (const payment of failedPayments(facts))
    notices.push({
      kind: 'payment.failed',
      key: payment.id,
      detail: {
        ...common,
        dodo_payment_id: payment.id,
        reason: declineForCustomer(payment.errorCode),
        next_attempt_at: next.kind === 'at' ? next.at.toISOString() : '',
        given_up: String(next.kind === 'spent'),
      },
    })
  if (outcome.state === 'paid') notices.push({ kind: 'invoice.paid', key: '', detail: common })
  for (const refund of facts.refunds)
    if (refund.status === 'succeeded')
      notices.push({
        kind: 'payment.refunded',
        key: refund.id,
        detail: {
          ...common,
          dodo_payment_id: refund.paymentId,
          dodo_refund_id: refund.id,
          refunded: formatMoney(money(refund.amount, refund.currency)),
        },
      })
  for (const { reason, about, detail } of outcome.attention)
    notices.push({
      kind: 'payable.parked',
      key: `${reason}:${about}`,
      detail: { ...common, reason, about, detail },
    })
  return notices
}
