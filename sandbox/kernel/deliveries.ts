import { post } from './attempt.ts'
import type { SandboxClock } from './clock.ts'
import type { Delivery, WebhookEndpoint, WebhookEvent } from './delivery.ts'
import { Gate } from './gate.ts'
import type { FetchLike } from './in-process-fetch.ts'
import { type Random, seededRandom } from './random.ts'
import { Ring } from './ring.ts'

export interface SigningInput {
  deliveryId: string
  type: string
  body: string
  endpoint: WebhookEndpoint
  /** The time the receiver's clock shows. */
  at: Date
  /** 1 for the first. */
  attempt: number
}

export interface DeliveriesOptions {
  clock: SandboxClock
  /** Headers of one attempt: signature, id, timestamp. */
  sign: (input: SigningInput) => Record<string, string>
  /** Waits before each attempt in milliseconds, the first one included; as many attempts as there are waits. */
  scheduleMs: readonly number[]
  /** `frozen`: serialised once, when the event happens. `latest`: again for every attempt. */
  body: 'frozen' | 'latest'
  timeoutMs: number
  endpoints?: () => Iterable<WebhookEndpoint>
  /** Default: any 2xx. */
  success?: (status: number) => boolean
  transport?: FetchLike
  random?: Random
  id?: (event: WebhookEvent, endpoint: WebhookEndpoint) => string
  contentType?: string
  /** How many deliveries the log remembers. Default 10 000; 0 remembers none. */
  remember?: number
  /** How many attempts may be under way at once. Default 128. */
  concurrency?: number
}

export type ReleaseOrder = 'sent' | 'reversed' | 'shuffled'

/** Sends webhooks: signed, retried on the sandbox's clock, and as badly as a test wants. */
export class Deliveries {
  /** Deliver before the answer to the API call that caused the event: then `emit` resolves after the first attempts. */
  beforeResponse = false
  transport: FetchLike

  private readonly options: DeliveriesOptions
  private readonly random: Random
  private readonly gate: Gate
  private readonly recent: Ring<Delivery>
  private readonly open = new Map<string, Delivery>()
  private readonly renderers = new WeakMap<Delivery, () => string>()
  private readonly idleWaiters: (() => void)[] = []
  private holding = false
  private held: (() => Promise<void>)[] = []
  private copies = 1
  private shuffleMs = 0
  private dropped: (delivery: Delivery) => boolean = () => false
  private busy = 0
  /** Since the start, also of what the log has forgotten. `delivered` counts attempts answered with success. */
  readonly totals = { events: 0, attempts: 0, delivered: 0, failed: 0, dropped: 0 }

  constructor(options: DeliveriesOptions) {
    this.options = options
    this.random = options.random ?? seededRandom('deliveries')
    this.transport = options.transport ?? ((input, init) => fetch(input, init))
    this.gate = new Gate(options.concurrency ?? 128)
    this.recent = new Ring(options.remember ?? 10_000)
  }

  /** Sends an event to every endpoint that wants it. */
  async emit(event: WebhookEvent): Promise<void> {
    this.totals.events += 1
    const first: Promise<void>[] = []
    for (const endpoint of this.options.endpoints?.() ?? []) {
      if (endpoint.disabled || endpoint.accepts?.(event.type) === false) continue
      first.push(this.send(event, endpoint))
    }
    if (this.beforeResponse) await Promise.all(first)
  }

  /** Sends a remembered delivery once more, with the same id, as a person would from a dashboard. */
  replay(id: string): Promise<void> {
    const delivery = this.find(id)
    if (!delivery) throw new Error(`no delivery ${id}`)
    return this.start(delivery, this.renderOf(delivery), 0, true)
  }

  /** Each delivery is sent `times` times. 1 ends it. */
  duplicate(times: number): void {
    this.copies = Math.max(1, times)
  }

  /** First attempts wait a random part of `windowMs`, so that they overtake one another. 0 ends it. */
  shuffle(windowMs: number): void {
    this.shuffleMs = windowMs
  }

  /** Deliveries that match are lost for good: logged, never sent, unless replayed. */
  drop(predicate: ((delivery: Delivery) => boolean) | null): void {
    this.dropped = predicate ?? (() => false)
  }

  /** Keeps everything back until `release`. */
  hold(): void {
    this.holding = true
  }

  /** Sends what was held; resolves when those attempts are answered. */
  async release(order: ReleaseOrder = 'sent'): Promise<void> {
    this.holding = false
    const waiting = this.held
    this.held = []
    const ordered =
      order === 'reversed'
        ? waiting.toReversed()
        : order === 'shuffled'
          ? this.random.shuffle(waiting)
          : waiting
    for (const send of ordered) await send()
  }

  /** The remembered deliveries, oldest first. */
  get log(): Delivery[] {
    return this.recent.toArray()
  }

  find(id: string): Delivery | undefined {
    return this.open.get(id) ?? this.recent.toArray().find(delivery => delivery.id === id)
  }

  /** How many still have an attempt to come, the held ones included. */
  get pending(): number {
    return this.open.size
  }

  /** Resolves when no attempt is under way or due now. Retries of the future and held deliveries do not count. */
  idle(): Promise<void> {
    if (this.busy === 0) return Promise.resolve()
    return new Promise(resolve => this.idleWaiters.push(resolve))
  }

  private renderOf(delivery: Delivery): () => string {
    return this.renderers.get(delivery) ?? (() => delivery.body)
  }

  private async send(event: WebhookEvent, endpoint: WebhookEndpoint): Promise<void> {
    const { clock, body, id } = this.options
    const frozen = event.render()
    const delivery: Delivery = {
      id: id?.(event, endpoint) ?? this.random.id('msg_'),
      type: event.type,
      endpoint,
      createdAt: clock.now(),
      state: 'waiting',
      body: frozen,
      attempts: [],
    }
    const render = body === 'frozen' ? () => frozen : event.render
    this.renderers.set(delivery, render)
    this.recent.push(delivery)
    if (this.dropped(delivery)) {
      delivery.state = 'dropped'
      this.totals.dropped += 1
      return
    }
    this.open.set(delivery.id, delivery)
    const sends: Promise<void>[] = []
    for (let copy = 0; copy < this.copies; copy++) sends.push(this.start(delivery, render, 0, false))
    await Promise.all(sends)
  }

  /** Schedules attempt `index` of a delivery; resolves when it was answered. */
  private start(delivery: Delivery, render: () => string, index: number, once: boolean): Promise<void> {
    const { clock, scheduleMs } = this.options
    const jitter = index === 0 && this.shuffleMs > 0 ? this.random.int(0, this.shuffleMs) : 0
    const wait = (once ? 0 : (scheduleMs[index] ?? 0)) + jitter
    if (this.holding) {
      delivery.state = 'held'
      this.held.push(() => this.attempt(delivery, render, index, once))
      return Promise.resolve()
    }
    if (this.beforeResponse && wait === 0) return this.attempt(delivery, render, index, once)
    const { promise, resolve } = Promise.withResolvers<void>()
    if (wait === 0) this.busy += 1
    clock.schedule(new Date(clock.now().getTime() + wait), async () => {
      if (index > 0 && delivery.state === 'delivered') {
        // Another copy arrived meanwhile.
      } else if (this.holding) {
        this.held.push(() => this.attempt(delivery, render, index, once))
        delivery.state = 'held'
      } else {
        await this.attempt(delivery, render, index, once)
      }
      if (wait === 0) this.settle()
      resolve()
    })
    return promise
  }

  private async attempt(
    delivery: Delivery,
    render: () => string,
    index: number,
    once: boolean,
  ): Promise<void> {
    this.busy += 1
    try {
      await this.gate.run(() => this.try(delivery, render))
    } finally {
      this.settle()
    }
    if (delivery.state === 'delivered' || once) {
      if (delivery.state === 'delivered') this.open.delete(delivery.id)
      return
    }
    if (index + 1 < this.options.scheduleMs.length) {
      void this.start(delivery, render, index + 1, false)
      return
    }
    delivery.state = 'failed'
    this.totals.failed += 1
    this.open.delete(delivery.id)
  }

  private async try(delivery: Delivery, render: () => string): Promise<void> {
    const { clock, sign, timeoutMs, success = ok, contentType = 'application/json' } = this.options
    const { endpoint, id, type } = delivery
    const number = delivery.attempts.length + 1
    const body = render()
    const headers = {
      'content-type': contentType,
      ...endpoint.headers,
      ...sign({ deliveryId: id, type, body, endpoint, at: clock.wall?.() ?? clock.now(), attempt: number }),
    }
    const at = clock.now()
    this.totals.attempts += 1
    delivery.body = body
    const attempt: Delivery['attempts'][number] = { number, at, headers, body, status: null }
    delivery.attempts.push(attempt)
    Object.assign(attempt, await post(this.transport, clock, timeoutMs, endpoint.url, headers, body))
    const succeeded = attempt.status !== null && success(attempt.status)
    // A late duplicate that fails does not undo a delivery that arrived.
    if (delivery.state !== 'delivered') delivery.state = succeeded ? 'delivered' : 'waiting'
    if (succeeded) this.totals.delivered += 1
  }

  private settle(): void {
    this.busy -= 1
    if (this.busy > 0) return
    for (const resolve of this.idleWaiters.splice(0)) resolve()
  }
}

const ok = (status: number) => status >= 200 && status < 300
