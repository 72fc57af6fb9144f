import { ConnectionReset } from '../../../sandbox/kernel/connection.ts'
import type { FetchLike } from '../../../sandbox/kernel/in-process-fetch.ts'
import { chance, type Random } from './chance.ts'
import type { FaultList } from './fault-list.ts'
import type { Weather } from './mishaps.ts'
import type { Timeline } from './timeline.ts'

type Fault = 'refused' | 'answer lost' | 'twice' | 'late' | '5xx' | 'swallowed' | 'slow'

const FAULTS: readonly Fault[] = ['refused', 'answer lost', 'twice', 'late', '5xx', 'swallowed', 'slow']

type PostmanOptions = {
  seed: number
  timeline: Timeline
  weather: () => Weather
  faults: FaultList
  /** Hands a request to some replica; rejects when none is up, and never ends when it dies over it. */
  deliver: (request: () => Request) => Promise<Response>
  say: (line: string) => void
}

/** The way of the webhooks: lost, doubled, late and overtaken by one another. */
export class Postman {
  #count = 0
  readonly #forgotten = new Set<string>()
  /** Webhooks that never arrive although their sender thinks so. */
  lost = 0

  constructor(private readonly options: PostmanOptions) {}

  readonly transport: FetchLike = async (input, init) => {
    const { seed, weather, faults, say } = this.options
    const n = this.#count++
    const random = chance(seed, 'delivery', n)
    const faulty = random.next() < weather().deliveries && faults.strikes(`delivery ${n}`)
    const possible = weather().allArrive ? FAULTS.filter(fault => fault !== 'swallowed') : FAULTS
    const fault = faulty ? random.pick(possible) : null
    const body = String(init?.body ?? '')
    const request = () => {
      const headers = new Headers(init?.headers)
      headers.set('content-length', String(Buffer.byteLength(body)))
      return new Request(String(input), { method: 'POST', headers, body })
    }
    const headers = new Headers(init?.headers)
    // The sender counts it as delivered, and the service never hears of it.
    if (fault === 'swallowed') this.lost++
    if (this.#forgotten.has(idOf(headers))) return new Response(null, { status: 200 })
    if (fault) say(`webhook ${typeOf(body)}: ${fault} (delivery ${n})`)
    return this.#carry(request, fault, random)
  }

  /** These deliveries never arrive. */
  forget(ids: readonly string[]): void {
    this.lost += ids.length
    for (const id of ids) this.#forgotten.add(id)
  }

  async #carry(request: () => Request, fault: Fault | null, random: Random): Promise<Response> {
    const { deliver } = this.options
    switch (fault) {
      case 'refused':
        throw new ConnectionReset()
      case '5xx':
        return new Response(null, { status: random.pick([500, 502, 503]) })
      case 'swallowed':
        return new Response(null, { status: 200 })
      case 'answer lost':
        await this.#after(random.int(2, 80), () => deliver(request))
        throw new ConnectionReset()
      case 'twice':
        void this.#after(random.int(2, 20_000), () => deliver(request)).catch(() => {})
        return this.#after(random.int(2, 80), () => deliver(request))
      case 'late':
        void this.#after(random.int(1_000, 1_800_000), () => deliver(request)).catch(() => {})
        throw new ConnectionReset()
      case 'slow':
        return this.#after(random.int(500, 14_000), () => deliver(request))
      case null:
        return this.#after(random.int(2, 80), () => deliver(request))
    }
  }

  #after(ms: number, work: () => Promise<Response>): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.options.timeline.after(ms, () => work().then(resolve, reject))
    })
  }
}

const typeOf = (body: string): string => /"(?:webhook_)?type":"([\w.]+)"/.exec(body)?.[1] ?? '?'

const idOf = (headers: Headers): string => headers.get('webhook-id') ?? headers.get('x-lago-unique-key') ?? ''
