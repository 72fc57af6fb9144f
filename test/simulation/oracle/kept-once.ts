import type { Check } from '../oracle.ts'

export const beforeSweep = true

/** A webhook that was answered with success is kept, and only once. */
export const check: Check = ({ world, kept }) => {
  const ids = new Set(kept.map(({ id }) => id))
  return [
    ...[...world.accepted]
      .filter(id => !ids.has(id))
      .map(id => `${id} was answered with success and is not kept`),
    ...kept.filter(({ times }) => times > 1).map(({ id, times }) => `${id} is kept ${times} times`),
  ]
}
