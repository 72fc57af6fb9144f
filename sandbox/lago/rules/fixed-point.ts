/**
 * Amounts with the precision of Lago's database: `decimal(30,5)`, held as an integer count of 0.00001 cents.
 * Source: lago-api db/structure.sql, the `precise_*` columns; Ruby rounds halves away from zero.
 */
export type E5 = bigint & { readonly __unit: '1e-5' }

const ONE = 100_000n

const e5 = (value: bigint): E5 => value as E5

/** Reads a number or a decimal string; digits after the fifth are rounded half away from zero. */
export function toE5(value: number | string): E5 {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('not a finite number')
  const text = typeof value === 'number' ? plainDecimal(value) : value.trim()
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text)
  if (!match || text === '' || text === '-' || text === '.')
    throw new RangeError(`not a decimal number: ${text}`)
  const [, sign, whole = '', fraction = ''] = match
  const kept = BigInt(`${whole || '0'}${fraction.slice(0, 5).padEnd(5, '0')}`)
  const magnitude = (fraction[5] ?? '0') >= '5' ? kept + 1n : kept
  return e5(sign === '-' ? -magnitude : magnitude)
}

// The shortest text of a double is also what Ruby's BigDecimal takes from a Float.
function plainDecimal(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(10) : text
}

export const sumE5 = (values: Iterable<E5>): E5 => {
  let total = 0n
  for (const value of values) total += value
  return e5(total)
}

export const addE5 = (a: E5, b: E5): E5 => e5(a + b)
export const subE5 = (a: E5, b: E5): E5 => e5(a - b)

/** Whole cents, halves away from zero. */
export function roundE5(value: E5): number {
  const magnitude = value < 0n ? -value : value
  const rounded = (magnitude + ONE / 2n) / ONE
  return Number(value < 0n ? -rounded : rounded)
}

export const toNumber = (value: E5): number => Number(value) / 100_000

/** As Rails writes a BigDecimal into JSON: `"12.0"`, `"104.2"`. */
export function formatE5(value: E5): string {
  const magnitude = value < 0n ? -value : value
  const fraction = String(magnitude % ONE)
    .padStart(5, '0')
    .replace(/0{1,4}$/, '')
  return `${value < 0n ? '-' : ''}${magnitude / ONE}.${fraction}`
}

/** Ruby's `Float#round`: halves away from zero (`Math.round` rounds -0.5 up). */
export const rubyRound = (value: number): number => (value < 0 ? -Math.round(-value) : Math.round(value))
