import { divRound, E5 } from './decimal.ts'
import { at, CENT, compare, type Line, type Taken, unitsLeft } from './lines.ts'
import { grossCap, type SpreadGoal } from './spread.ts'
import { addItem, grossOf, netOf, type Sums } from './totals.ts'

/** Kinds of fees (by coupon share and tax rates) that are tried; more bring nothing new. */
const KINDS = 6
const FRACTIONS = 16n

type Move = { index: number; step: bigint }

/**
 * Units beside some `Taken`, and by how much (scale of CENT) their net differs from it; `units` are only worked out
 * when wanted, notes can have thousands of fees.
 */
export type Neighbour = { sums: Sums; units: () => bigint[]; drift: bigint }

/** Whole units near `taken` that the goal allows, a few more or less on one fee or two; the least change of net first. */
export const neighbours = (lines: readonly Line[], taken: Taken, goal: SpreadGoal): Neighbour[] => {
  const cap = grossCap(goal)
  const net = netOf(taken.sums)
  const left = unitsLeft(lines, taken.units)
  const found: { drift: bigint; sums: Sums; moves: Move[] }[] = []
  for (const moves of candidates(lines, taken, goal.refundCents)) {
    let sums = taken.sums
    let taking = 0n
    for (const { index, step } of moves) {
      sums = addItem(sums, at(lines, index).unit, step * E5)
      taking += step
    }
    if (grossOf(sums) > cap || goal.mustLeave(left - taking)) continue
    const off = netOf(sums) - net
    found.push({ drift: off < 0n ? -off : off, sums, moves })
  }
  found.sort((a, b) => compare(a.drift, b.drift))
  return found.map(({ moves, ...rest }) => ({ ...rest, units: () => moved(taken.units, moves) }))
}

const moved = (units: readonly bigint[], moves: readonly Move[]): bigint[] => {
  const result = [...units]
  for (const { index, step } of moves) result[index] = at(result, index) + step
  return result
}

const candidates = (lines: readonly Line[], taken: Taken, refundCents: bigint): Move[][] => {
  const kinds = new Set<string>()
  const up: Move[] = []
  const down: Move[] = []
  for (const [index, line] of lines.entries()) {
    const kind = `${line.unit.net}/${line.unit.tax}`
    const canUp = at(taken.units, index) < line.remaining
    const canDown = at(taken.units, index) > 0n
    if (canUp && up.length < KINDS && !kinds.has(`+${kind}`)) up.push({ index, step: 1n })
    if (canDown && down.length < KINDS && !kinds.has(`-${kind}`)) down.push({ index, step: -1n })
    if (canUp) kinds.add(`+${kind}`)
    if (canDown) kinds.add(`-${kind}`)
  }
  const missing = refundCents * CENT - grossOf(taken.sums)
  const jumps = [...up, ...down].flatMap(({ index }) => jumpsOn(at(lines, index), index, taken, missing))
  const swaps = up.flatMap(more => down.filter(less => less.index !== more.index).map(less => [more, less]))
  return [...jumps, ...up.map(move => [move]), ...down.map(move => [move]), ...swaps]
}

/** Under a large coupon it takes many units of a fee to make one minor unit. */
const jumpsOn = (line: Line, index: number, taken: Taken, missing: bigint): Move[][] => {
  if (line.unit.gross === 0n) return []
  const steps: bigint[] = []
  for (let part = 1n; part <= FRACTIONS; part++)
    steps.push(divRound((missing * part) / FRACTIONS, line.unit.gross * E5))
  return [...new Set(steps)].flatMap(step => {
    const units = at(taken.units, index) + step
    return units >= 0n && units <= line.remaining && (step > 1n || step < -1n) ? [[{ index, step }]] : []
  })
}
