import { divRound } from './decimal.ts'

/** All amounts in minor units of the payment's currency. */
export type RefundTaxInput = {
  /** What this refund sent back, tax included. */
  refundGross: bigint
  /** What the customer paid, tax included. */
  paymentTotal: bigint
  /** The tax in it. */
  paymentTax: bigint
  /** Gross of the refunds split before this one. */
  alreadyRefundedGross: bigint
  /** Tax given to them. */
  alreadySplitTax: bigint
}

/**
 * Splits a refund of a payment on which Dodo put tax on top: `net` belongs to the Lago invoice, `tax` never was in it.
 * The tax follows the cumulative share refunded, so that a series of refunds up to the whole payment gives back
 * exactly its net and its tax. RangeError when the amounts cannot belong together.
 * Source: Dodo API reference, create refund (`tax_inclusive`); Payment `total_amount`, `tax`
 */
export const splitRefundTax = (input: RefundTaxInput): { net: bigint; tax: bigint } => {
  const { refundGross, paymentTotal, paymentTax, alreadyRefundedGross, alreadySplitTax } = input
  if (refundGross < 0n || alreadyRefundedGross < 0n || alreadySplitTax < 0n)
    throw new RangeError('refund amounts cannot be negative')
  if (paymentTax < 0n || paymentTax > paymentTotal)
    throw new RangeError(`tax ${paymentTax} is not part of a payment of ${paymentTotal}`)
  const refunded = alreadyRefundedGross + refundGross
  if (refunded > paymentTotal)
    throw new RangeError(`refunds of ${refunded} exceed the payment of ${paymentTotal}`)
  if (refundGross === 0n) return { net: 0n, tax: 0n }

  const due = divRound(paymentTax * refunded, paymentTotal) - alreadySplitTax
  const tax = due < 0n ? 0n : due > refundGross ? refundGross : due
  return { net: refundGross - tax, tax }
}
