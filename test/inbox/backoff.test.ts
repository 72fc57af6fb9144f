import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { backoff } from '../../src/inbox/backoff.ts'

const patience = (random: number, backoffMs = 1_000, backoffMaxMs = 3_600_000) => ({
  maxAttempts: 20,
  backoffMs,
  backoffMaxMs,
  random: () => random,
})

test('the longest wait doubles with each attempt, up to the most', () => {
  expect([1, 2, 3, 4].map(n => backoff(n, patience(1)))).toEqual([2_000, 4_000, 8_000, 16_000])
  expect(backoff(20, patience(1))).toBe(3_600_000)
})

test('chance spreads the waits over everything below', () => {
  expect(backoff(3, patience(0))).toBe(0)
  expect(backoff(3, patience(0.5))).toBe(4_000)
})

test('no number of attempts makes a wait that is no wait', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, chance) => {
        const wait = backoff(n, patience(chance))
        expect(Number.isInteger(wait)).toBe(true)
        expect(wait).toBeGreaterThanOrEqual(0)
        expect(wait).toBeLessThanOrEqual(3_600_000)
      },
    ),
  )
})
