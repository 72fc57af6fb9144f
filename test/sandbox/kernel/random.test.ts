import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { seededRandom } from '../../../sandbox/kernel/random.ts'

test('the same seed gives the same ids, another seed gives others', () => {
  const ids = (seed: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: 50 }, () => [random.id('pay_'), random.uuid()])
  }
  expect(ids(1)).toEqual(ids(1))
  expect(ids(1)).not.toEqual(ids(2))
  expect(new Set(ids(3).flat()).size).toBe(100)
})

test('ids and uuids have their form', () => {
  const random = seededRandom('form')
  expect(random.id('cks_')).toMatch(/^cks_[A-Za-z0-9]{22}$/)
  expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('numbers stay in their range, a shuffle loses nothing', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.nat(50), (seed, min, span) => {
      const random = seededRandom(seed)
      const value = random.int(min, min + span)
      expect(value).toBeGreaterThanOrEqual(min)
      expect(value).toBeLessThanOrEqual(min + span)
      const items = [1, 2, 3, 4, 5]
      expect(random.shuffle(items).toSorted()).toEqual(items)
      expect(items).toContain(random.pick(items))
    }),
  )
})
