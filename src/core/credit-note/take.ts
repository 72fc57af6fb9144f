import { E5 } from './decimal.ts'
import { EXACT, type Fit, fractionalFit, type Rank, rank, wholeFit } from './fit.ts'
import { CENT, everyUnit, type Line, sumsOf, type Taken } from './lines.ts'
import type { CreditableInvoice } from './model.ts'
import { neighbours } from './neighbours.ts'
import { fullTotals, remainingByFee } from './refundable.ts'
import { type SpreadGoal, spread } from './spread.ts'
import { grossOf, netOf, noteTotals } from './totals.ts'

/** A total further than this from what the fees hold is not rounding, and the fees cannot be used up by it. */
const ROUNDING = (CENT * 5n) / 2n
/** Closing the last fraction of a cent is not worth a note full of splinters. */
const SPARE_ITEMS = 6
/** Booked as asked for, whatever the unrounded total rounds to. */
const BOOKED: Rank = 2

/** Fees below zero cannot be credited, but Lago counts them when it asks whether anything is left. */
const belowZero = (invoice: CreditableInvoice): bigint =>
  [...remainingByFee(invoice).values()].reduce((total, left) => (left < 0n ? total + left : total), 0n)

/**
 * A refund that uses the fees up, or null when it is not what they hold. Lago then takes the rounding of all earlier
 * notes off the tax, so that the tax of all notes is the tax of the invoice.
 * Source: lago-api app/services/credit_notes/create_service.rb (adjust_credit_note_tax_rounding)
 */
export const takeEverything = (
  invoice: CreditableInvoice,
  lines: readonly Line[],
  refundCents: bigint,
): Fit | null => {
  const units = everyUnit(lines)
  const taken = { units, sums: sumsOf(lines, units) }
  const rounded = invoice.earlierNotes.reduce(
    (sum, note) => sum + note.taxesCents * E5 - note.preciseTaxesE5,
    0n,
  )
  const taxCorrectionE5 = belowZero(invoice) === 0n ? rounded : 0n
  const off = refundCents * CENT + (taxCorrectionE5 * CENT) / E5 - grossOf(taken.sums)
  if (off > ROUNDING || off < -ROUNDING) return null
  for (const spare of [0, SPARE_ITEMS]) {
    const fit = fractionalFit(lines, taken, { refundCents, taxCorrectionE5 }, lines.length + spare)
    if (fit.rank >= BOOKED) return fit
  }
  // The very amounts the invoice was made of: what Lago's floating point made of them then, it makes of them again.
  const whole = wholeFit(taken, { refundCents, taxCorrectionE5 })
  return whole.rank >= 0 && whole.totals.subTotal + whole.totals.taxes === refundCents ? whole : null
}

/** A refund in proportion to what is left on each fee, leaving enough on them for what stays refundable. */
export const takePart = (
  invoice: CreditableInvoice,
  lines: readonly Line[],
  refundCents: bigint,
  leftCents: bigint,
): Fit => {
  const full = fullTotals(invoice)
  let credited = 0n
  let subTotals = 0n
  for (const note of invoice.earlierNotes) {
    credited += note.creditCents + note.refundCents + note.offsetCents
    subTotals += note.subTotalCents
  }
  const held = sumsOf(lines, everyUnit(lines))
  const negative = belowZero(invoice)
  const goal: SpreadGoal = {
    refundCents,
    leftCents,
    netSurplus: netOf(held) - (full.subTotal - subTotals) * CENT,
    grossSurplus: grossOf(held) - (full.total - credited) * CENT,
    mustLeave: left => left + negative === 0n,
  }
  return bestFit(lines, spread(lines, goal), goal)
}

/** Whole amounts if any do; then fractions, one item a fee before several, the units as spread before those beside. */
const bestFit = (lines: readonly Line[], taken: Taken, spreadGoal: SpreadGoal): Fit => {
  const goal = { refundCents: spreadGoal.refundCents, taxCorrectionE5: 0n }
  const straight = wholeFit(taken, goal)
  if (straight.rank === EXACT) return straight

  const beside = neighbours(lines, taken, spreadGoal)
  const whole = beside.find(({ sums }) => rank(noteTotals(sums, 0n), goal.refundCents) === EXACT)
  if (whole) return wholeFit({ units: whole.units(), sums: whole.sums }, goal)

  const spreadUnits = { sums: taken.sums, units: () => taken.units }
  const near = beside.filter(({ drift }) => drift <= CENT)
  let best = straight
  for (const [maxItems, bases] of [
    [lines.length, [spreadUnits, ...near]],
    [Number.POSITIVE_INFINITY, [spreadUnits, ...beside]],
  ] as const)
    for (const { sums, units } of bases) {
      const fit = fractionalFit(lines, { sums, units: units() }, goal, maxItems)
      if (fit.rank > best.rank) best = fit
      if (best.rank === EXACT) return best
    }
  return best
}
