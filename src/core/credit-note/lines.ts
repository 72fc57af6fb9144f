import { E5 } from './decimal.ts'
import type { CreditableInvoice } from './model.ts'
import { remainingByFee } from './refundable.ts'
import { addItem, type FeeUnits, feeUnits, NO_SUMS, type Sums, UNIT } from './totals.ts'

/** A fee that can still give something: `remaining` whole minor units before coupon and tax. */
export type Line = { feeId: string; remaining: bigint; unit: FeeUnits }

/** How much of the fees a note takes, one entry per line, and what that is worth. */
export type Taken = { units: bigint[]; sums: Sums }

/** One minor unit in the scale of `grossOf` and `netOf`. */
export const CENT = E5 * UNIT

/** The fees with something left on them; empty ones, and those below zero, take no items. */
export const linesOf = (invoice: CreditableInvoice): Line[] => {
  const remaining = remainingByFee(invoice)
  return invoice.fees
    .map(fee => ({ feeId: fee.feeId, remaining: remaining.get(fee.feeId) ?? 0n, unit: feeUnits(fee) }))
    .filter(line => line.remaining > 0n)
}

export const everyUnit = (lines: readonly Line[]): bigint[] => lines.map(line => line.remaining)

export const sumsOf = (lines: readonly Line[], units: readonly bigint[]): Sums =>
  lines.reduce((sums, line, index) => addItem(sums, line.unit, at(units, index) * E5), NO_SUMS)

export const unitsLeft = (lines: readonly Line[], units: readonly bigint[]): bigint =>
  lines.reduce((left, line, index) => left + line.remaining - at(units, index), 0n)

export const at = <T>(list: readonly T[], index: number): T => {
  const value = list[index]
  if (value === undefined) throw new RangeError(`no entry ${index} in a list of ${list.length}`)
  return value
}

export const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
