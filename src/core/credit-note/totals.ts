import { divRound, E5 } from './decimal.ts'
import type { CreditableFee } from './model.ts'

/** Scale of the shares below: fine enough that a thousand fees of 10^12 stay exact to far below Lago's five decimals. */
export const UNIT = 10n ** 24n
const E10 = 10n ** 10n

/** What one unit of an item on this fee brings, scaled by UNIT. */
export type FeeUnits = { coupon: bigint; net: bigint; tax: bigint; gross: bigint }

/**
 * share = item / fee; the coupon is taken in that share, tax on what is left of it.
 * Source: lago-api app/services/credit_notes/apply_taxes_service.rb
 */
export const feeUnits = (fee: CreditableFee): FeeUnits => {
  const amountE5 = fee.amountCents * E5
  if (amountE5 <= 0n) return { coupon: 0n, net: 0n, tax: 0n, gross: 0n }
  const netE5 = amountE5 - fee.couponsE5
  const coupon = divRound(fee.couponsE5 * UNIT, amountE5)
  const tax = divRound(netE5 * fee.taxRateE9 * UNIT, amountE5 * 100n * 10n ** 9n)
  return { coupon, net: UNIT - coupon, tax, gross: UNIT - coupon + tax }
}

/** Running sums over items: `items` in 1/100000 of a minor unit, `coupon` and `tax` of the same times UNIT. */
export type Sums = { items: bigint; coupon: bigint; tax: bigint }

export const NO_SUMS: Sums = { items: 0n, coupon: 0n, tax: 0n }

export const addItem = (sums: Sums, unit: FeeUnits, amountE5: bigint): Sums => ({
  items: sums.items + amountE5,
  coupon: sums.coupon + amountE5 * unit.coupon,
  tax: sums.tax + amountE5 * unit.tax,
})

/** Tax-inclusive value of the items, in 1/100000 of a minor unit times UNIT. */
export const grossOf = (sums: Sums): bigint => sums.items * UNIT - sums.coupon + sums.tax

export const netOf = (sums: Sums): bigint => sums.items * UNIT - sums.coupon

export type NoteTotals = {
  /** What Lago compares the refund with (one cent of tolerance). */
  total: bigint
  /** What Lago makes of the refund: it moves the total until subtotal + tax = total. */
  subTotal: bigint
  taxes: bigint
  /** A rounding here is so close that floating point inside Lago could tip it. */
  fragile: boolean
}

const isFragile = (valueE10: bigint): boolean => {
  const size = valueE10 < 0n ? -valueE10 : valueE10
  const fraction = size % E10
  const distance = fraction > E10 / 2n ? fraction - E10 / 2n : E10 / 2n - fraction
  const noise = size / 2_500_000_000_000_000n
  // An exact half is safe as long as Lago's five decimals swallow the noise.
  return distance === 0n ? noise > 40_000n : distance < 300_000n + noise
}

/**
 * The totals Lago computes from items. `taxCorrectionE5` is what it takes off the tax of a note that leaves nothing
 * creditable: the rounding of all earlier notes. Coupon and tax are cut to five decimals before they are rounded, as
 * their columns are.
 * Source: lago-api app/services/credit_notes/create_service.rb, validate_service.rb,
 * adjust_amounts_with_rounding_service.rb, app/models/credit_note.rb
 */
export const noteTotals = (sums: Sums, taxCorrectionE5: bigint): NoteTotals => {
  const couponE10 = divRound(sums.coupon, UNIT / E5)
  const taxE10 = divRound(sums.tax, UNIT / E5)
  const netE5 = sums.items - divRound(couponE10, E5)
  const taxE5 = divRound(taxE10, E5) - taxCorrectionE5
  const exactNet = sums.items * E5 - couponE10
  const exactTax = taxE10 - taxCorrectionE5 * E5
  return {
    total: divRound(netE5 + taxE5, E5),
    subTotal: divRound(netE5, E5),
    taxes: divRound(taxE5, E5),
    fragile: isFragile(exactNet) || isFragile(exactTax) || isFragile(exactNet + exactTax),
  }
}
