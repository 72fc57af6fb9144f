import { E5 } from './decimal.ts'
import { itemParts } from './item-parts.ts'
import { at, CENT, compare, type Line, type Taken } from './lines.ts'
import { addItem, grossOf, type NoteTotals, noteTotals, type Sums, UNIT } from './totals.ts'

/**
 * How well items carry a refund: 4 exactly, 3 exactly but close to a rounding edge, 2 exactly although the unrounded
 * total rounds to a neighbour, 1 accepted but booked a cent short, 0 perhaps a cent over, -1 rejected. A cent short can
 * be made up for; a cent over would leave Lago refusing the last refund.
 */
export type Rank = -1 | 0 | 1 | 2 | 3 | 4

export const EXACT: Rank = 4
/** Up to here, in minor units, Lago's five decimals swallow the noise of its floating point. */
export const FLOAT_SAFE = 1_000_000_000n

/** Item amounts per line, in 1/100000 of a minor unit. */
export type Fit = { rank: Rank; parts: bigint[][]; totals: NoteTotals }

export type FitGoal = { refundCents: bigint; taxCorrectionE5: bigint }

export const rank = (totals: NoteTotals, refundCents: bigint): Rank => {
  const off = totals.total - refundCents
  if (off > 1n || off < -1n) return -1
  const booked = totals.subTotal + totals.taxes
  if (booked !== refundCents) return booked < refundCents ? 1 : 0
  if (totals.fragile && refundCents > FLOAT_SAFE) return 0
  if (off !== 0n) return 2
  return totals.fragile ? 3 : EXACT
}

export const wholeFit = (taken: Taken, goal: FitGoal): Fit => {
  const totals = noteTotals(taken.sums, goal.taxCorrectionE5)
  const parts = taken.units.map(units => (units > 0n ? [units * E5] : []))
  return { rank: rank(totals, goal.refundCents), parts, totals }
}

/** Hundred-thousandths of a minor unit to miss the refund by: none, just beside a half, then anything that still rounds to it. */
const OFFSETS = [
  0n,
  -1n,
  -2n,
  -3n,
  1n,
  2n,
  -10_000n,
  10_000n,
  -20_000n,
  20_000n,
  -30_000n,
  30_000n,
  -40_000n,
  40_000n,
]
const LEADS = 6
const HELPERS = 8
/** Above this a fraction needs an item of its own to survive as a JSON number. */
const LARGE = 10n ** 9n

/**
 * Adds fractions to whole units until the totals Lago computes are the refund exactly, each fee still giving the units
 * it was asked for, in at most `maxItems` items. Net and tax that add up to the refund also do so once rounded, unless
 * both sit on a half: hence the offsets, and different fees to put the fraction on.
 */
export const fractionalFit = (lines: readonly Line[], taken: Taken, goal: FitGoal, maxItems: number): Fit => {
  let best = wholeFit(taken, goal)
  const missing = goal.refundCents * CENT + goal.taxCorrectionE5 * UNIT - grossOf(taken.sums)
  const lenders = lendersFor(lines, taken.units, missing)
  const firsts = leads(lines, lenders)
  for (const offset of OFFSETS)
    for (const lead of firsts) {
      if (best.rank === EXACT) return best
      const fit = tryOn(lines, taken, goal, missing + offset * UNIT, [
        lead,
        ...lenders.filter(i => i !== lead),
      ])
      if (fit && fit.rank > best.rank && countItems(fit) <= maxItems) best = fit
    }
  return best
}

const countItems = (fit: Fit): number => fit.parts.reduce((count, parts) => count + parts.length, 0)

/** Fees that can carry a fraction, those that change the total most first; a reduction needs units to take it from. */
const lendersFor = (lines: readonly Line[], units: readonly bigint[], missing: bigint): number[] => {
  const able = lines.map((_, index) => index).filter(index => at(lines, index).unit.gross > 0n)
  const used = able.filter(index => at(units, index) > 0n)
  const pool = missing < 0n || used.length > 0 ? used : able
  const large = (index: number) => (at(units, index) > LARGE ? 1 : 0)
  return pool.sort((a, b) => large(a) - large(b) || compare(at(lines, b).unit.gross, at(lines, a).unit.gross))
}

/** One fee of each kind of coupon share and tax rate. */
const leads = (lines: readonly Line[], lenders: readonly number[]): number[] => {
  const kinds = new Map<string, number>()
  for (const index of lenders) {
    const { net, tax } = at(lines, index).unit
    const kind = `${net}/${tax}`
    if (!kinds.has(kind)) kinds.set(kind, index)
    if (kinds.size === LEADS) break
  }
  return [...kinds.values()]
}

const tryOn = (
  lines: readonly Line[],
  taken: Taken,
  goal: FitGoal,
  missing: bigint,
  order: readonly number[],
): Fit | null => {
  const size = missing < 0n ? -missing : missing
  const carriers: number[] = []
  let weight = 0n
  for (const index of order.slice(0, HELPERS)) {
    carriers.push(index)
    weight += at(lines, index).unit.gross
    if (size * 100n < weight * E5 * 45n) break
  }
  // Too few fees to share it: then several items on one of them.
  if (size * 100n >= weight * E5 * 45n) carriers.splice(1)

  const precise = taken.units.map(units => units * E5)
  let sums: Sums = taken.sums
  let rest = missing
  carriers.forEach((index, position) => {
    const { unit } = at(lines, index)
    const others = carriers.slice(position).reduce((total, other) => total + at(lines, other).unit.gross, 0n)
    const extra = rest / others
    rest -= extra * unit.gross
    precise[index] = at(precise, index) + extra
    sums = addItem(sums, unit, extra)
  })
  const parts: bigint[][] = []
  for (const [index, amount] of precise.entries()) {
    const items = itemParts(amount, at(taken.units, index))
    if (!items) return null
    parts.push(items)
  }
  const totals = noteTotals(sums, goal.taxCorrectionE5)
  return { rank: rank(totals, goal.refundCents), parts, totals }
}
