import type { Random } from '../../../sandbox/kernel/random.ts'
import type { Load } from '../load.ts'
import type { Disk } from '../stack/disk.ts'
import type { Place, Stack } from '../stack/stack.ts'

export type Stage = { stack: Stack; load: Load; random: Random }

/** Something that goes wrong. */
export type Cause = {
  name: string
  /** Why it cannot be had on this machine. */
  whyNot?(disk: Disk): string | null
  /**
   * Makes it happen, and resolves at the moment when it is over. Tells what exactly happened; what broke a promise
   * meanwhile is thrown.
   */
  strike(stage: Stage): Promise<string>
}

/** One replica, or both. */
export function drawPlaces({ stack, random }: Stage): Place[] {
  return random.next() < 0.5 ? [...stack.places] : [random.pick(stack.places)]
}

export const namesOf = (places: readonly Place[]): string =>
  places.length > 1 ? 'both replicas' : 'one replica'
