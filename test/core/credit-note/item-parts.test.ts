import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { divRound, E5, e5ToNumber, toScaled } from '../../../src/core/credit-note/decimal.ts'
import { itemParts } from '../../../src/core/credit-note/item-parts.ts'

const sum = (parts: readonly bigint[]): bigint => parts.reduce((total, part) => total + part, 0n)

test('items carry the precise amount, and their rounded amounts the units taken off the fee', () => {
  const units = fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.bigInt({ min: 0n, max: 10n ** 13n }))
  const surplus = fc.bigInt({ min: -3n * E5, max: 3n * E5 })
  fc.assert(
    fc.property(units, surplus, (whole, more) => {
      const precise = whole * E5 + more
      const parts = itemParts(precise, whole)
      // Each unit kept must come from half of one at least.
      if (precise < 0n || precise * 2n < whole * E5) return expect(parts).toBeNull()
      if (!parts) throw new Error(`no parts for ${precise} as ${whole}`)
      expect(sum(parts)).toBe(precise)
      expect(sum(parts.map(part => divRound(part, E5)))).toBe(whole)
      expect(parts.every(part => part > 0n)).toBe(true)
      for (const part of parts) expect(toScaled(e5ToNumber(part), 5)).toBe(part)
    }),
    { numRuns: 5_000, seed: 11 },
  )
})

test('an amount close to its units is one item', () => {
  expect(itemParts(249_999n, 2n)).toEqual([249_999n])
  expect(itemParts(250_000n, 3n)).toEqual([250_000n])
  expect(itemParts(0n, 0n)).toEqual([])
})

test('decimals of Lago are read exactly and rounded half away from zero', () => {
  expect(toScaled('104.2', 5)).toBe(10_420_000n)
  expect(toScaled('-0.000005', 5)).toBe(-1n)
  expect(toScaled(8.875, 9)).toBe(8_875_000_000n)
  expect(toScaled(1e-7, 9)).toBe(100n)
  expect(toScaled(1e21, 0)).toBe(10n ** 21n)
  for (const bad of ['', '1,5', 'NaN', '1e9999', Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => toScaled(bad, 5)).toThrow(RangeError)
})
