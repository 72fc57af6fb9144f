import { ConnectionReset } from '../../../sandbox/kernel/connection.ts'
import type { Handler } from '../../../sandbox/kernel/pipeline.ts'
import type { Fetch } from '../../../src/calls/guarded-fetch.ts'
import { chance, type Random } from './chance.ts'
import type { FaultList } from './fault-list.ts'
import type { Machine } from './machine.ts'
import type { Weather } from './mishaps.ts'

/** What becomes of one call. `lands`: whether, and how many milliseconds after it left, the other side does the work. */
type Fate = {
  name: string
  lands: number | null
  /** How long the answer takes back; null: there is none, and the caller gives up. */
  back: number | null
  answer: (real: Response) => Response
}

const same = (real: Response) => real

/** A call that the caller gave up on may still do its work, until this long after it left, in milliseconds. */
const LATEST_LANDING_MS = 14_500

const FAULTS: readonly ((random: Random) => Omit<Fate, 'answer'> & Partial<Fate>)[] = [
  r => ({ name: '429', lands: null, back: 5, answer: () => busy(r) }),
  r => ({ name: '5xx before the effect', lands: null, back: 5, answer: () => failed(r) }),
  r => ({ name: '5xx after the effect', lands: r.int(5, 200), back: 5, answer: () => failed(r) }),
  () => ({ name: 'reset before the effect', lands: null, back: 5, answer: reset }),
  r => ({ name: 'answer lost', lands: r.int(5, 200), back: 5, answer: reset }),
  () => ({ name: 'never arrives', lands: null, back: null }),
  r => ({ name: 'hangs after the effect', lands: r.int(5, 200), back: null }),
  r => ({ name: 'lands after the time-out', lands: r.int(10_100, LATEST_LANDING_MS), back: null }),
  // The worst there is: by the time it lands, somebody may have looked and found nothing.
  r => ({ name: 'lands after the time-out', lands: r.int(10_100, LATEST_LANDING_MS), back: null }),
  r => ({ name: 'slow', lands: r.int(200, 6_000), back: r.int(5, 3_000) }),
  // Old by the time it is heard: what it tells of may have changed meanwhile.
  r => ({ name: 'answered late', lands: r.int(5, 60), back: r.int(1_000, 9_500) }),
  // A gateway in the place of Lago or Dodo: it knows nothing of what they know.
  r => ({ name: "a gateway's no", lands: null, back: 5, answer: () => gateway(r) }),
  () => ({ name: "a gateway's page", lands: null, back: 5, answer: () => new Response('<html>') }),
  r => ({ name: 'garbled answer', lands: r.int(5, 200), back: 5, answer: () => new Response('<html>') }),
]

const busy = (random: Random) =>
  Response.json(
    { message: 'slow down' },
    { status: 429, headers: { 'retry-after': String(random.int(1, 20)) } },
  )
const failed = (random: Random) =>
  Response.json({ message: 'injected' }, { status: random.pick([500, 502, 503, 504]) })
const gateway = (random: Random) => {
  const status = random.pick([400, 403, 404, 404, 422])
  return random.next() < 0.5
    ? new Response('<html>', { status })
    : Response.json({ message: 'no route matched' }, { status })
}
const reset = (): never => {
  throw new ConnectionReset()
}

export type Seen = { machine: string; method: string; path: string; body: unknown; fate: string }

type NetworkOptions = {
  seed: number
  weather: () => Weather
  handlers: Readonly<Record<string, Handler>>
  faults: FaultList
  /** Told when a call leaves; what it gives, when it arrives; and what that gives, with what status it did its work. */
  watch(call: Seen): () => (status: number) => void
}

/** The way from the replicas to Lago and Dodo: in process, on the simulated clock, with everything that goes wrong there. */
export class Network {
  #count = 0

  constructor(private readonly options: NetworkOptions) {}

  fetchFrom(machine: Machine): Fetch {
    return async (input, init) => {
      const { handlers, watch } = this.options
      const request = requestOf(input, init)
      const body = request.method === 'GET' ? '' : await request.text()
      const fate = this.#draw(request.method !== 'GET')
      const { origin, pathname } = new URL(request.url)
      const handler = handlers[origin]
      if (!handler) throw Object.assign(new TypeError('Unable to connect.'), { code: 'ConnectionRefused' })
      const { method, url, headers } = request
      const seen = { machine: machine.name, method, path: pathname, body: parsed(body), fate: fate.name }
      const arrived = watch(seen)
      const land = async (): Promise<Response> => {
        const landed = arrived()
        const response = await handler(new Request(url, { method, headers, ...(body && { body }) }))
        landed(response.status)
        return response
      }
      return machine.perform({
        label: `${method} ${pathname}`,
        kind: 'call',
        ...(init?.signal && { signal: init.signal }),
        there: fate.lands ?? 5,
        back: fate.back ?? 0,
        run: async () => {
          const real = fate.lands === null ? new Response(null, { status: 204 }) : await land()
          if (fate.back === null) return new Promise<never>(() => {})
          return fate.answer(real)
        },
      })
    }
  }

  /** What changes something fails more often than a mere look: that is where the danger is. */
  #draw(changes: boolean): Fate {
    const { seed, weather, faults } = this.options
    const n = this.#count++
    const random = chance(seed, 'call', n)
    const faulty = random.next() < weather().calls * (changes ? 3 : 1) && faults.strikes(`call ${n}`)
    const fault = faulty ? random.pick(FAULTS)(random) : null
    const usual = { name: '', lands: random.int(2, 60), back: random.int(2, 60) }
    return { answer: same, ...(fault ? { ...fault, name: `${fault.name} (call ${n})` } : usual) }
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** Without the caller's patience: the request goes on when nobody waits for it any more. */
function requestOf(input: string | URL | Request, init: RequestInit | undefined): Request {
  const { signal: _, ...rest } = init ?? {}
  return input instanceof Request ? new Request(input, rest) : new Request(String(input), rest)
}
