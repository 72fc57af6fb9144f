import { type Random, seededRandom } from '../../../sandbox/kernel/random.ts'

export type { Random } from '../../../sandbox/kernel/random.ts'

/** A source of its own for each purpose, so that what is left out of one changes nothing in another. */
export const chance = (seed: number, ...purpose: (string | number)[]): Random =>
  seededRandom([seed, ...purpose].join('/'))

/** One of `items`, each as often as its weight says. */
export function weighted<T extends { weight: number }>(random: Random, items: readonly T[]): T {
  let left = random.next() * items.reduce((sum, item) => sum + item.weight, 0)
  for (const item of items) {
    left -= item.weight
    if (left < 0) return item
  }
  return random.pick(items)
}
