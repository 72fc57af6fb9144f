import { E5 } from './decimal.ts'
import { at, CENT, compare, everyUnit, type Line, sumsOf, type Taken, unitsLeft } from './lines.ts'
import { addItem, grossOf, netOf } from './totals.ts'

/**
 * How far notes may run ahead of the money: then the last cents of the invoice still find units to stand on. While much
 * is left they may run further, for a refund of all of it makes up for their rounding.
 */
const ahead = (leftCents: bigint): bigint => (CENT * 5n) / 2n + (leftCents * CENT) / 100n

export type SpreadGoal = {
  refundCents: bigint
  /** What stays refundable after it, minor units. */
  leftCents: bigint
  /** What the fees still hold beyond the creditable money, after coupons: net alone, and with tax. Scale of CENT. */
  netSurplus: bigint
  grossSurplus: bigint
  /** The note must leave something on the fees. */
  mustLeave: (unitsLeft: bigint) => boolean
}

/** Most that the items may be worth for the fees to keep covering what stays refundable. */
export const grossCap = (goal: SpreadGoal): bigint => {
  const cap = goal.refundCents * CENT + goal.grossSurplus + ahead(goal.leftCents)
  return cap < 0n ? 0n : cap
}

/**
 * Whole units to take off each fee for a refund: in proportion to what is left on it, largest remainder first. The
 * target is the subtotal of the refund corrected by what earlier notes rounded, so that a series of partial refunds
 * uses the fees up evenly and the last one finds exactly what it needs.
 */
export const spread = (lines: readonly Line[], goal: SpreadGoal): Taken => {
  const all = sumsOf(lines, everyUnit(lines))
  const net = netOf(all)
  const share = (goal.refundCents * CENT * net) / grossOf(all)
  const subTotal = ((share + CENT / 2n) / CENT) * CENT
  const target = clamp(subTotal + goal.netSurplus, 0n, net)

  const units = lines.map(line => (line.remaining * target) / net)
  const rests = lines.map(line => (line.remaining * target) % net)
  let missing = target - netOf(sumsOf(lines, units))
  const byRest = lines.map((_, index) => index).sort((a, b) => compare(at(rests, b), at(rests, a)))
  for (const index of byRest) {
    const line = at(lines, index)
    const weight = line.unit.net * E5
    if (at(units, index) >= line.remaining) continue
    if (weight === 0n ? at(rests, index) * 2n < net : missing * 2n < weight) continue
    units[index] = at(units, index) + 1n
    missing -= weight
  }
  return correct(lines, units, goal)
}

/** Keeps the units within a unit or so of the refund, under the cap, and short of using the fees up. */
const correct = (lines: readonly Line[], units: bigint[], goal: SpreadGoal): Taken => {
  const largest = lines.reduce((most, line) => (line.unit.gross > most ? line.unit.gross : most), 0n) * E5
  const reach = largest + (CENT * 4n) / 10n
  const ceiling = least(goal.refundCents * CENT + reach, grossCap(goal))
  const floor = least(goal.refundCents * CENT - reach, ceiling - largest)
  const bySize = lines.map((_, index) => index).filter(index => at(lines, index).unit.gross > 0n)
  bySize.sort((a, b) => compare(at(units, b), at(units, a)))

  let sums = sumsOf(lines, units)
  const move = (index: number, step: bigint) => {
    units[index] = at(units, index) + step
    sums = addItem(sums, at(lines, index).unit, step * E5)
  }
  for (const index of bySize) {
    const gross = at(lines, index).unit.gross * E5
    const over = grossOf(sums) - ceiling
    if (over > 0n) move(index, -least(at(units, index), (over + gross - 1n) / gross))
    const under = floor - grossOf(sums)
    const room = at(lines, index).remaining - at(units, index)
    if (under > 0n) move(index, least(room, (under + gross - 1n) / gross))
  }
  const giver = bySize.find(index => at(units, index) > 0n)
  if (goal.mustLeave(unitsLeft(lines, units)) && giver !== undefined) move(giver, -1n)
  return { units, sums }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const clamp = (value: bigint, low: bigint, high: bigint): bigint =>
  value < low ? low : value > high ? high : value
