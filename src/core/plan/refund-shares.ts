import { splitRefundTax } from '../credit-note/split-refund-tax.ts'
import type { Facts, PaymentFact, RefundFact } from '../facts.ts'
import { findIntent } from '../intent.ts'
import { minBigint, sumBigint } from '../money.ts'
import type { Policy } from '../policy.ts'
import { askedByNote } from './asked-by-note.ts'
import { netOf, recordedOf } from './money-received.ts'

/** The part of a Dodo refund that belongs to the invoice: neither Dodo's own tax, nor money that was owed for nothing. */
export type RefundShare = { refund: RefundFact; payment: PaymentFact; amount: bigint }

/**
 * How the refunds of one payment fall on the invoice. What was paid beyond the invoice goes back first; only what
 * follows takes from the invoice, and what a credit note of the invoice asks for. Refunds that have their credit note keep their place, whatever is heard later.
 * Failed refunds have no share.
 */
export function refundShares(facts: Facts, payment: PaymentFact, policy: Policy): RefundShare[] {
  const recorded = recordedOf(facts, payment.id)
  if (recorded === 0n) return []
  let excess = netOf(payment, policy) - recorded
  let alreadyRefundedGross = 0n
  let alreadySplitTax = 0n
  const paymentTax = policy.taxMode === 'exclusive' ? payment.tax : 0n
  const shares: RefundShare[] = []
  for (const refund of inOrder(facts, payment)) {
    if (alreadyRefundedGross + refund.amount > payment.amount) continue
    const { net, tax } = splitRefundTax({
      refundGross: refund.amount,
      paymentTotal: payment.amount,
      paymentTax,
      alreadyRefundedGross,
      alreadySplitTax,
    })
    alreadyRefundedGross += refund.amount
    alreadySplitTax += tax
    const told = toldToLago(facts, refund)
    const ofExcess = told === null ? minBigint(net, excess) : net - minBigint(net, told)
    excess = ofExcess < excess ? excess - ofExcess : 0n
    if (net > ofExcess) shares.push({ refund, payment, amount: net - ofExcess })
  }
  return shares
}

/** What the invoice still has of a payment: recorded, and not gone back. */
export const leftOf = (facts: Facts, payment: PaymentFact, policy: Policy): bigint =>
  recordedOf(facts, payment.id) - sumBigint(refundShares(facts, payment, policy).map(share => share.amount))

/** What of a refund Lago has as a credit note, or asked for with one; null if it was not told of it yet. */
function toldToLago(facts: Facts, refund: RefundFact): bigint | null {
  if (askedByNote(facts, refund) !== null) return refund.amount
  const issued = findIntent(facts.intents, 'issue-credit-note', refund.id)
  if (issued?.state === 'done') return BigInt(issued.request['amount'] ?? refund.amount)
  return facts.creditNotes.find(note => note.dodoRefundId === refund.id)?.refundAmount ?? null
}

function inOrder(facts: Facts, payment: PaymentFact): RefundFact[] {
  const settled = (r: RefundFact) => (toldToLago(facts, r) === null ? 1 : 0)
  return facts.refunds
    .filter(r => r.paymentId === payment.id && r.currency === payment.currency && r.status !== 'failed')
    .sort(
      (a, b) =>
        settled(a) - settled(b) || a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1),
    )
}
