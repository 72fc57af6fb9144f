import type { Random } from '../../../sandbox/kernel/random.ts'
import { holds } from '../stack/house.ts'
import type { Place } from '../stack/stack.ts'
import { type Cause, drawPlaces, namesOf, type Stage } from './cause.ts'

const CALLS = [
  'POST /checkouts',
  'PUT /invoices',
  'POST /payments',
  'POST /refunds',
  'POST /credit_notes',
  'GET /invoices',
  'PUT /credit_notes',
]
/** How long a moment is waited for that may be rare. */
const WITHIN_MS = 6_000

/** Kills at the nth time that a moment is seen; by chance if it does not come. */
async function killAt(place: Place, arm: (kill: () => void) => void): Promise<boolean> {
  let killed = false
  arm(() => {
    if (killed) return
    killed = true
    place.replica.kill()
  })
  if (await holds(() => killed, WITHIN_MS, 5)) return true
  killed = true
  place.replica.kill()
  return false
}

const nth = (random: Random, most: number): (() => boolean) => {
  let left = random.int(1, most)
  return () => --left === 0
}

const said = (what: string, seen: boolean) => (seen ? what : `${what} (never seen: killed at no such moment)`)

export const killAtCall: Cause = {
  name: 'kill -9 at a call',
  async strike({ stack, random }: Stage) {
    const place = random.pick(stack.places)
    const moment = `${random.pick(['before', 'after'])} ${random.pick(CALLS)}`
    const now = nth(random, 5)
    const seen = await killAt(place, kill => {
      for (const witness of place.calls)
        witness.see = what => {
          if (what !== moment || !now()) return false
          kill()
          return true
        }
    })
    for (const witness of place.calls) witness.see = () => false
    return said(moment, seen)
  },
}

export const killAfterAnswer: Cause = {
  name: 'kill -9 after a 2xx',
  async strike({ stack, random }) {
    const n = random.int(0, stack.places.length - 1)
    const place = stack.places[n]
    if (!place) throw new Error('there is no such replica')
    const source = random.pick(['/webhooks/lago', '/webhooks/dodo'])
    const passedOn = random.next() < 0.5
    const now = nth(random, 10)
    const seen = await killAt(place, kill => {
      stack.balancer.onAnswer = (upstream, path, status) => {
        if (upstream !== n || path !== source || status !== 200 || !now()) return false
        kill()
        return !passedOn
      }
    })
    stack.balancer.onAnswer = () => false
    return said(`${source}, the answer ${passedOn ? 'passed on' : 'lost'}`, seen)
  },
}

export const killAtStatement: Cause = {
  name: 'kill -9 at a statement',
  async strike({ stack, random }) {
    const place = random.pick(stack.places)
    const { statements, wires } = place
    const before = random.next() < 0.3
    const now = nth(random, 150)
    wires.postgres.lead(Number(new URL(statements.url).port))
    wires.postgres.hangUp()
    let text = ''
    const seen = await killAt(place, kill => {
      const answered = () => {
        kill()
        return true
      }
      statements.onStatement = statement => {
        if (!now()) return 'pass'
        text = statement.slice(0, 40)
        if (before) kill()
        return before ? 'drop' : { answered }
      }
    })
    statements.onStatement = () => 'pass'
    wires.postgres.lead(stack.postgres.port)
    return said(`${before ? 'before' : 'after'} "${text}"`, seen)
  },
}

export const killAnyTime: Cause = {
  name: 'kill -9 at any time',
  async strike(stage) {
    const { random } = stage
    const places = drawPlaces(stage)
    const times = random.int(1, 3)
    for (let n = 0; n < times; n++) {
      await Bun.sleep(random.int(0, 1_500))
      for (const { replica } of places) replica.kill()
    }
    return `${namesOf(places)}, ${times} times`
  },
}

/** How long a process that was told to end may take: container runtimes wait ten seconds before they kill. */
const END_MS = 10_000

export const terminate: Cause = {
  name: 'SIGTERM in a burst',
  async strike(stage) {
    const { load, random } = stage
    const [place] = drawPlaces(stage)
    if (!place) throw new Error('there is no replica')
    const burst = load.burst(25)
    await Bun.sleep(random.int(0, 400))
    const { code, ms } = await place.replica.terminate(2 * END_MS)
    await burst
    if (code !== 0) throw new Error(`told to end, it ended with ${code} after ${ms.toFixed(0)} ms`)
    if (ms > END_MS) throw new Error(`told to end, it took ${ms.toFixed(0)} ms`)
    return `ended with 0 after ${ms.toFixed(0)} ms`
  },
}
