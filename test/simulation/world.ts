import { createFakeDodo, type FakeDodo } from '../../sandbox/dodo/fake-dodo.ts'
import type { Scheduled } from '../../sandbox/kernel/clock.ts'
import { createFakeLago, type FakeLago } from '../../sandbox/lago/fake-lago.ts'
import { assemble, type Parts } from '../../src/assemble.ts'
import type { Config } from '../../src/config.ts'
import type { PayableKey, TopupId } from '../../src/core/ids.ts'
import type { Sql } from '../../src/db/connection.ts'
import { wake } from '../../src/db/queries/wake.ts'
import { firstStart } from '../../src/reconcile/cursor.ts'
import { sweep } from '../../src/reconcile/sweep.ts'
import { createConfig } from '../support/config.ts'
import { silentLog } from '../support/log.ts'
import { HMAC_KEY, product, WEBHOOK_KEY } from '../support/world.ts'
import type { Draw } from './draw.ts'
import { chance, type Random } from './kernel/chance.ts'
import type { FaultList } from './kernel/fault-list.ts'
import { drawStatement, gatedSql } from './kernel/gated-sql.ts'
import { Machine } from './kernel/machine.ts'
import { CALM, Mishaps, type Weather } from './kernel/mishaps.ts'
import { Network } from './kernel/network.ts'
import { Postman } from './kernel/postman.ts'
import { Timeline } from './kernel/timeline.ts'
import type { ApiAnswer, ApiCall, Scene } from './scene.ts'
import { ADMIN, USER_SECRET } from './tokens.ts'
import { Witness } from './witness.ts'

const BRIDGE = 'http://bridge.test'
const OTHER_KEY = 'whsec_dGhlLW90aGVyLWRvb3ItaGFzLWl0cy1vd24ta2V5'
const LEASE_MS = 5_000

/** When replicas ask for what is due next. */
type Asking = { due: number; kicks: Scheduled[] }

type Replica = { machine: Machine; parts: Parts | null; beating: boolean }

/** A fake Lago, a fake Dodo and some replicas of the real service between them, all on one simulated clock. */
export class World implements Scene {
  readonly timeline: Timeline
  readonly lago: FakeLago
  readonly dodo: FakeDodo
  readonly config: Config
  readonly setByOperator = new Map<string, string>()
  readonly finishedByOperator = new Set<string>()
  readonly canceled = new Set<string>()
  readonly witness: Witness
  readonly errors: string[] = []
  /** The webhooks that the service said it has, by source and id. */
  readonly accepted = new Set<string>()
  readonly #mishaps: Mishaps
  readonly #network: Network
  readonly #postman: Postman
  readonly #random: Random
  readonly #replicas: Replica[] = []
  #weather: Weather
  #lines: string[] | null
  #dirty = true
  #asking: Asking | null = null

  constructor(
    private readonly seed: number,
    private readonly drawn: Draw,
    readonly sql: Sql,
    options: { faults: FaultList; tell: boolean },
  ) {
    const { faults } = options
    this.#lines = options.tell ? [] : null
    this.#weather = drawn.weather
    this.#random = chance(seed, 'world')
    this.timeline = new Timeline(new Date('2026-03-01T09:00:00.000Z'), error =>
      this.errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    )
    this.timeline.beforeMoving = () => this.#poll()
    this.#mishaps = new Mishaps(seed, drawn.weather, faults)
    const weather = () => this.#weather
    const say = (line: string) => this.say(line)
    const post = { seed, timeline: this.timeline, weather, faults, say }
    this.#postman = new Postman({ ...post, deliver: request => this.#receive(request) })
    const clock = this.timeline
    this.dodo = createFakeDodo({
      ...drawn.dodo,
      clock,
      random: chance(seed, 'dodo'),
      transport: this.#postman.transport,
      endpoints: [
        { url: `${BRIDGE}/webhooks/dodo`, secret: WEBHOOK_KEY },
        // A door with a secret of its own, and so with ids of its own for the same events.
        ...(this.#hasTwoDoors ? [{ url: `${BRIDGE}/v1/payment/webhook`, secret: OTHER_KEY }] : []),
      ],
    })
    this.lago = createFakeLago({
      ...drawn.lago,
      clock,
      random: chance(seed, 'lago'),
      hmacKey: HMAC_KEY,
      transport: this.#postman.transport,
      endpoints: [{ url: `${BRIDGE}/webhooks/lago` }],
    })
    this.lago.deliveries.beforeResponse = drawn.beforeResponse
    this.dodo.deliveries.beforeResponse = drawn.beforeResponse
    this.config = this.#configure()
    this.witness = new Witness(this.lago, this.dodo, this.config.taxMode, this.finishedByOperator, say)
    this.#network = new Network({
      seed,
      weather,
      faults,
      handlers: { 'http://lago.test': this.lago.fetch, 'http://dodo.test': this.dodo.fetch },
      watch: call => this.witness.watch(call),
    })
  }

  /** The first replica ever remembers when it started; then all of them come up. */
  async begin(): Promise<void> {
    await firstStart(this.sql, this.timeline.now())
    for (let n = 0; n < this.drawn.replicas; n++) this.#start()
    await this.timeline.runFor(5_000)
  }

  /** Nothing goes wrong any more, and every replica is up. */
  heal(): void {
    this.say('--- the faults end')
    this.#weather = CALM
    this.#mishaps.weather = CALM
    for (const { machine } of this.#replicas) machine.thaw()
    while (this.#alive() < this.drawn.replicas) this.#start()
  }

  /** The senders give up on everything that was not delivered. */
  forget(): void {
    const undelivered = [...this.lago.deliveries.log, ...this.dodo.deliveries.log].filter(
      delivery => delivery.state === 'waiting',
    )
    this.#postman.forget(undelivered.map(({ id }) => id))
    this.say(`--- ${undelivered.length} webhooks are given up`)
  }

  /** As it was drawn. */
  get weather(): Weather {
    return this.drawn.weather
  }

  say(line: string): void {
    this.#lines?.push(`${this.timeline.now().toISOString().slice(5, 23)} ${line}`)
  }

  get story(): readonly string[] {
    return this.#lines ?? []
  }

  /** How much has happened: the same in every run of a seed. */
  get awaited(): number {
    return this.#mishaps.count
  }

  visit(path: string): void {
    const request = () => new Request(`${BRIDGE}${path}`)
    this.timeline.after(this.#random.int(2, 80), () => {
      this.#receive(request)
        .then(response => this.say(`  … the page answers ${response.status}`))
        .catch(() => {})
    })
  }

  get balance(): Draw['topups']['balance'] {
    return this.drawn.topups.balance
  }

  get #hasTwoDoors(): boolean {
    return this.balance !== 'off' && this.drawn.topups.bothDoors
  }

  ask({ path, token, body }: ApiCall): Promise<ApiAnswer> {
    const text = JSON.stringify(body)
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    }
    const request = () => new Request(`${BRIDGE}${path}`, { method: 'POST', headers, body: text })
    return new Promise((resolve, reject) => {
      this.timeline.after(this.#random.int(2, 80), () => {
        this.#receive(request)
          .then(async answer =>
            resolve({ status: answer.status, body: (await answer.json()) as ApiAnswer['body'] }),
          )
          .catch(reject)
      })
    })
  }

  sweep(): void {
    const replica = this.#up()[0]
    if (!replica) return
    const { machine, parts } = replica
    sweep(parts.sweep, async () => true)
      .then(({ found, failed }) => {
        this.say(
          `  … sweep: ${found.map(d => `${d.kind} ${d.about}`).join(', ') || 'nothing'}; failed: ${failed}`,
        )
        if (machine.alive) parts.worker.kick()
      })
      .catch(error => this.say(`  … sweep failed: ${error}`))
  }

  /** Whether every webhook has arrived. */
  get allWasTold(): boolean {
    const senders = [this.lago.deliveries, this.dodo.deliveries]
    // Dodo tells nobody of a refund that is under way.
    const untold = this.dodo.state.refunds.all().some(({ refund }) => /pending|review/.test(refund.status))
    return !untold && this.#postman.lost === 0 && senders.every(d => d.pending === 0 && d.totals.failed === 0)
  }

  /** Whether any replica is in the middle of something. */
  get busy(): boolean {
    return this.#replicas.some(({ machine }) => machine.alive && machine.busy)
  }

  end(): void {
    for (const { machine } of this.#replicas) machine.abandon()
  }

  #configure(): Config {
    const usual = createConfig({
      lagoUrl: 'http://lago.test',
      lagoKey: this.lago.apiKey,
      dodoUrl: 'http://dodo.test',
      dodoKey: this.dodo.apiKey,
    })
    const inclusive = this.drawn.config.taxMode !== 'exclusive'
    return {
      ...usual,
      ...this.drawn.config,
      publicUrl: BRIDGE,
      products: new Map(
        ['USD', 'EUR', 'JPY', 'HUF'].map(currency => [currency, product(this.dodo, currency, inclusive)]),
      ),
      lago: { ...usual.lago, timeoutMs: 10_000, requestsPerSecond: 50 },
      dodo: {
        ...usual.dodo,
        webhookKeys: [WEBHOOK_KEY, OTHER_KEY],
        timeoutMs: 10_000,
        requestsPerMinute: 3_000,
      },
      adminTokens: [ADMIN],
      topup: { ...usual.topup, balance: this.balance, userTokenSecret: USER_SECRET, baseUrl: BRIDGE },
      worker: {
        ...usual.worker,
        leaseMs: LEASE_MS,
        backoffMs: 1_000,
        backoffMaxMs: 3_600_000,
        maxAttempts: 20,
      },
    }
  }

  #start(): void {
    const n = this.#replicas.length
    const replica: Replica = { machine: this.#machine(`replica ${n}`), parts: null, beating: false }
    this.#replicas.push(replica)
    const { machine } = replica
    const random = chance(this.seed, 'machine', n)
    const offset = random.int(0, 40)
    const time = { now: () => new Date(this.timeline.now().getTime() + offset) }
    const sql = gatedSql(this.sql, machine, () => {
      this.#dirty = true
      this.#beat(replica)
      return drawStatement(random, this.#weather.statements)
    })
    const fetch = this.#network.fetchFrom(machine)
    const pace = machine.pace(() => random.next())
    const { config } = this
    const newTopupId = () => this.#random.id('topup_') as TopupId
    assemble({ config, sql, time, log: silentLog, fetch, pace, newTopupId, checks: () => [] })
      .then(parts => {
        replica.parts = parts
        // It has a poll of its own.
        this.#askAnew()
        parts.worker.kick()
      })
      .catch(error => {
        if (!machine.alive) return
        machine.abandon()
        this.say(`${machine.name} does not come up: ${String(error).slice(0, 120)}`)
        this.#restart()
      })
  }

  #machine(name: string): Machine {
    return new Machine(name, this.timeline, this.#mishaps, {
      crash: () => {
        this.say(`${name} is killed (await ${this.#mishaps.count - 1})`)
        this.#restart()
      },
      freeze: ms => this.say(`${name} freezes for ${ms} ms (await ${this.#mishaps.count - 1})`),
    })
  }

  #restart(): void {
    this.timeline.after(this.#random.int(100, 30_000), () => {
      if (this.#alive() < this.drawn.replicas) this.#start()
    })
  }

  /** A process keeps its leases for as long as it has something to do. */
  #beat(replica: Replica): void {
    if (replica.beating) return
    replica.beating = true
    this.timeline.after(LEASE_MS / 3, () => {
      replica.beating = false
      const { machine, parts } = replica
      if (!machine.alive || !machine.busy) return
      if (!machine.frozen) void parts?.worker.renew()
      this.#beat(replica)
    })
  }

  #alive(): number {
    return this.#replicas.filter(({ machine }) => machine.alive).length
  }

  #up(): (Replica & { parts: Parts })[] {
    return this.#replicas.filter((r): r is Replica & { parts: Parts } => r.machine.alive && r.parts !== null)
  }

  async #receive(request: () => Request): Promise<Response> {
    const up = this.#up().filter(({ machine }) => !machine.frozen)
    if (up.length === 0)
      throw Object.assign(new TypeError('Unable to connect.'), { code: 'ConnectionRefused' })
    const { machine, parts } = this.#random.pick(up)
    const response = await parts.app.fetch(request())
    const { url, headers } = request()
    const id = headers.get('webhook-id') ?? headers.get('x-lago-unique-key')
    if (machine.alive && response.ok && id !== null)
      this.accepted.add(`${new URL(url).pathname === '/webhooks/lago' ? 'lago' : 'dodo'}:${id}`)
    return response
  }

  /** Somebody has these looked at again, by a command. */
  async lookAgain(keys: PayableKey[]): Promise<void> {
    await wake(this.sql, keys, this.timeline.now())
    this.#dirty = true
  }

  #askAnew(): void {
    for (const kick of this.#asking?.kicks ?? []) kick.cancel()
    this.#asking = null
    this.#dirty = true
  }

  /** Every replica asks once a second for what is due; here it asks when there is something. */
  async #poll(): Promise<void> {
    if (!this.#dirty || this.#replicas.some(({ machine }) => machine.alive && machine.inDatabase)) return
    this.#dirty = false
    const [row] = await this.sql<{ due: Date | null }[]>`select min(due_at) as due from payables`
    if (!row?.due) return
    const due = Math.max(row.due.getTime(), this.timeline.now().getTime())
    if (this.#asking?.due === due) return
    this.#askAnew()
    this.#dirty = false
    const asking: Asking = { due, kicks: [] }
    this.#asking = asking
    asking.kicks = this.#up().map(({ machine, parts }) =>
      this.timeline.schedule(new Date(due + this.#random.int(1, 1_000)), () => {
        if (this.#asking === asking) this.#asking = null
        this.#dirty = true
        if (machine.alive && !machine.frozen) parts.worker.kick()
      }),
    )
  }
}
