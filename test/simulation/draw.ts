import type { FakeDodoOptions } from '../../sandbox/dodo/options.ts'
import type { FakeLagoOptions } from '../../sandbox/lago/options.ts'
import type { Config } from '../../src/config.ts'
import { chance, type Random, weighted } from './kernel/chance.ts'
import type { Weather } from './kernel/mishaps.ts'
import type { Actor } from './scene.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** One thing somebody does: when, in milliseconds from the start, who, and which of the seed's acts it is. */
export type Act = { at: number; actor: Actor; n: number }

/** `bothDoors`: Dodo sends everything to the payment service's own door as well. */
export type TopupDraw = { balance: 'off' | 'ledger' | 'lago'; bothDoors: boolean }

export type Draw = {
  weather: Weather
  replicas: number
  acts: readonly Act[]
  config: Pick<Config, 'taxMode' | 'duplicatePayments' | 'latePayments' | 'retrySchedule'>
  lago: Pick<FakeLagoOptions, 'premium' | 'version' | 'jobDelayMs' | 'rateLimit' | 'cachedCounts'>
  dodo: Pick<FakeDodoOptions, 'retryModel' | 'rateLimit'>
  topups: TopupDraw
  /** Webhooks come before the answer to the call that caused them. */
  beforeResponse: boolean
  /** The senders give up on what was not delivered when the faults end. */
  forgetful: boolean
}

const WEATHERS: readonly (Weather & { weight: number })[] = [
  { name: 'calm', weight: 1, calls: 0, deliveries: 0, statements: 0, crashes: 0, freezes: 0 },
  { name: 'lossy', weight: 2, calls: 0, deliveries: 0.4, statements: 0, crashes: 0, freezes: 0 },
  {
    name: 'jumbled',
    weight: 3,
    calls: 0,
    deliveries: 0.5,
    allArrive: true,
    statements: 0,
    crashes: 0,
    freezes: 0,
  },
  { name: 'flaky', weight: 3, calls: 0.2, deliveries: 0.05, statements: 0.004, crashes: 0, freezes: 0 },
  {
    name: 'deadly',
    weight: 2,
    calls: 0.04,
    deliveries: 0.1,
    statements: 0.002,
    crashes: 0.02,
    freezes: 0.004,
  },
  {
    name: 'frozen',
    weight: 3,
    calls: 0.05,
    deliveries: 0.1,
    statements: 0,
    crashes: 0,
    freezes: 0.05,
  },
  {
    name: 'storm',
    weight: 2,
    calls: 0.12,
    deliveries: 0.3,
    statements: 0.006,
    crashes: 0.01,
    freezes: 0.003,
  },
]

/** Everything that is decided before the world begins. */
export function draw(seed: number, actors: readonly Actor[]): Draw {
  const random = chance(seed, 'draw')
  const exclusive = random.next() < 0.15
  const topups = topupDraw(chance(seed, 'topups'))
  const { weight: _, ...weather } = weighted(random, WEATHERS)
  return {
    weather,
    replicas: random.pick([1, 2, 2, 3]),
    acts: story(
      seed,
      actors.filter(actor => topups.balance !== 'off' || !actor.sells),
    ),
    config: {
      taxMode: exclusive ? 'exclusive' : 'inclusive',
      duplicatePayments: random.next() < 0.7 ? 'refund' : 'review',
      latePayments: random.next() < 0.5 ? 'refund' : 'review',
      retrySchedule: random.pick([[], [2 * HOUR, 5 * HOUR], [3 * DAY, 7 * DAY, 7 * DAY]]),
    },
    lago: {
      premium: random.next() < 0.7,
      version: random.pick(['1.51', '1.51', '1.51', '1.39', '1.30']),
      jobDelayMs: random.pick([0, 0, 300]),
      cachedCounts: random.next() < 0.5,
      ...(random.next() < 0.2 && { rateLimit: 5 }),
    },
    dodo: {
      retryModel: random.pick(['same-payment', 'new-payment']),
      ...(random.next() < 0.2 && { rateLimit: { perMinute: 240, burst: 6 } }),
    },
    topups,
    beforeResponse: random.next() < 0.25,
    forgetful: random.next() < 0.5,
  }
}

const topupDraw = (random: Random): TopupDraw => ({
  balance: random.pick(['off', 'lago', 'lago', 'ledger']),
  bothDoors: random.next() < 0.2,
})

/** Busy minutes with quiet hours or days between them. */
function story(seed: number, actors: readonly Actor[]): Act[] {
  const random = chance(seed, 'story')
  const count = random.int(6, random.pick([12, 25, 45]))
  const beginners = actors.filter(actor => actor.always === 'begins')
  // Not everybody in every story: those who are there meet the more often.
  const present = actors.filter(actor => actor.always !== undefined || random.next() < 0.5)
  let at = 0
  return Array.from({ length: count }, (_, n) => {
    at += random.pick([0, 0, 500, 5_000, 20_000, 2 * MINUTE, 20 * MINUTE, HOUR, 9 * HOUR])
    if (random.next() < 0.04) at += random.int(1, 9) * DAY
    const actor = weighted(chance(seed, 'who', n), n < 2 ? beginners : present)
    return { at: Math.round(at + random.int(0, 3_000)), actor, n }
  })
}
