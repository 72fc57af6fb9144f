import { chance } from './chance.ts'
import type { FaultList } from './fault-list.ts'

export type Mishap = { kind: 'crash-before' | 'crash-after' } | { kind: 'freeze'; ms: number }

/** How often each thing goes wrong; 0 to 1. */
export type Weather = {
  name: string
  /** Calls to Lago and Dodo. */
  calls: number
  /** Deliveries of webhooks. */
  deliveries: number
  /** They may be late and in disorder, but each arrives in the end. */
  allArrive?: true
  /** Statements whose connection breaks. */
  statements: number
  /** Processes killed, or stopped for a while, per thing that they await. */
  crashes: number
  freezes: number
}

export const CALM: Weather = {
  name: 'calm',
  calls: 0,
  deliveries: 0,
  statements: 0,
  crashes: 0,
  freezes: 0,
}

/** Which of the things that processes await is their last. Each is drawn by its number alone. */
export class Mishaps {
  count = 0
  weather: Weather

  constructor(
    private readonly seed: number,
    weather: Weather,
    private readonly faults: FaultList,
  ) {
    this.weather = weather
  }

  /** `leaves`: what a dying process had asked for goes out all the same. */
  next(): { mishap: Mishap | null; leaves: boolean } {
    const n = this.count++
    const { crashes, freezes } = this.weather
    if (crashes === 0 && freezes === 0) return { mishap: null, leaves: true }
    const random = chance(this.seed, 'await', n)
    const drawn = random.next()
    const leaves = random.next() < 0.5
    const strikes = drawn < crashes + freezes && this.faults.strikes(`await ${n}`)
    if (strikes && drawn < crashes)
      return { mishap: { kind: random.next() < 0.5 ? 'crash-before' : 'crash-after' }, leaves }
    if (strikes) return { mishap: { kind: 'freeze', ms: random.int(500, 40_000) }, leaves }
    return { mishap: null, leaves }
  }
}
