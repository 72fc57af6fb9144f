import { E5 } from './decimal.ts'

const HALF = E5 / 2n
/** Beyond this a fractional amount may not survive the trip through a JSON number with all five decimals. */
const FRACTION_SAFE = 10n ** 15n

const ceilDiv = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor

/**
 * Writes `preciseE5` (1/100000 minor units) on one fee so that it takes exactly `whole` minor units off what the fee
 * can still give: Lago books an item precisely for the totals, but rounded against the fee. Usually one item; more
 * when the two must differ by half a unit or more. Null when no such items exist.
 * Source: lago-api app/services/credit_notes/create_service.rb (create_items), app/models/fee.rb
 * (creditable_amount_cents)
 */
export const itemParts = (preciseE5: bigint, whole: bigint): bigint[] | null => {
  if (preciseE5 < 0n || whole < 0n) return null
  const surplus = preciseE5 - whole * E5
  if (surplus === 0n) return whole === 0n ? [] : [preciseE5]

  const size = surplus < 0n ? -surplus : surplus
  const count = surplus > 0n ? ceilDiv(size, HALF - 1n) : ceilDiv(size, HALF)
  const small = surplus > 0n ? 0n : 1n
  const first = whole - small * (count - 1n)
  if (first < small) return null

  const apart = first * E5 >= FRACTION_SAFE
  const parts: bigint[] = apart ? [(first - small) * E5] : []
  for (let index = 0n; index < count; index++) {
    const units = index === 0n && !apart ? first : small
    parts.push(units * E5 + (surplus * (index + 1n)) / count - (surplus * index) / count)
  }
  return parts.filter(part => part > 0n)
}
