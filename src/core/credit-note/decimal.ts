/** Lago keeps precise amounts as decimal(30,5): one minor unit is this many of them. */
export const E5 = 100_000n

/** Quotient rounded half away from zero, as Ruby's `round` and Postgres' numeric do. `divisor` must be positive. */
export const divRound = (dividend: bigint, divisor: bigint): bigint =>
  dividend < 0n ? -((-dividend * 2n + divisor) / (divisor * 2n)) : (dividend * 2n + divisor) / (divisor * 2n)

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/**
 * Exact value of a decimal in Lago's JSON ("104.2", 8.875, 1e-7), times 10^scale and rounded half away from zero.
 * Throws RangeError for anything that is not a finite decimal.
 */
export const toScaled = (value: string | number | bigint, scale: number): bigint => {
  const match = DECIMAL.exec(String(value).trim())
  if (!match) throw new RangeError(`not a decimal number: ${String(value)}`)
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const shift = scale - fraction.length + Number(exponent)
  if (Math.abs(shift) > 1_000) throw new RangeError(`decimal number out of range: ${String(value)}`)
  const digits = BigInt(whole + fraction)
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : divRound(digits, 10n ** BigInt(-shift))
  return sign === '-' ? -scaled : scaled
}

/** The JSON number for `e5` hundred-thousandths of a minor unit. Exact below 2^53 / 10^5, and for whole amounts. */
export const e5ToNumber = (e5: bigint): number => {
  if (e5 % E5 === 0n) return Number(e5 / E5)
  const fraction = (e5 % E5).toString().padStart(5, '0')
  return Number(`${e5 / E5}.${fraction}`)
}
