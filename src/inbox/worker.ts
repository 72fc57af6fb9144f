import type { Logger } from 'pino'
import { whileHeld } from '../calls/hold.ts'
import type { PayableKey, PayableKind } from '../core/ids.ts'
import { databaseNow, type Sql } from '../db/connection.ts'
import { type Claim, claimDue, releaseLeases, renewLeases } from '../db/queries/claim-due.ts'
import { type Known, loadFacts } from '../db/queries/load-facts.ts'
import { atMost, DatabaseTime, type Time } from '../time.ts'

/** What to do with a claimed payable of one kind. Must store the end of the run itself, and should not throw. */
export type Runner = (claim: Claim, known: Known | null) => Promise<void>

export type WorkerOptions = {
  sql: Sql
  time: Time
  log: Logger
  runners: Partial<Record<PayableKind, Runner>>
  /** Runs at once. A few more are kept free for what is urgent. */
  concurrency: number
  leaseMs: number
  pollMs: number
}

/** `until`: surely ours until then. */
type Held = { claim: Claim; since: Date; until: Date }

/** Places that the routine cannot take: a person waits, or money came. */
const EXPRESS_PLACES = 4

/** A run that has waited for an answer for so long gives its place to another: what is due must not wait with it. */
const STALLED_MS = 3_000

/** So many times the places may be held by runs that wait. */
const MOST_STALLED = 3

/** How often the database is asked for its time: between two answers a machine's counter runs on by itself. */
const SYNC_MS = 30_000

/** How long giving the leases back may take. */
const RELEASE_MS = 2_000

/**
 * Claims what is due and runs it, any number of replicas beside each other. Leases are renewed while a run goes on,
 * so a dead process is noticed within one lease.
 */
export class Worker {
  readonly #running = new Map<PayableKey, Held>()
  readonly #settled = new Set<Promise<void>>()
  #claiming: Promise<void> | null = null
  #again = false
  #stopped = false
  #poll: Timer | null = null
  #heartbeat: Timer | null = null
  #lastClaim = 0
  #syncedAt = Number.NEGATIVE_INFINITY

  constructor(private readonly options: WorkerOptions) {}

  start(): void {
    this.#poll = setInterval(() => this.kick(), this.options.pollMs)
    this.#heartbeat = setInterval(() => void this.renew(), this.options.leaseMs / 3)
    this.kick()
  }

  /** Whether the work list was reached lately. */
  isAlive(): boolean {
    return (
      !this.#stopped && performance.now() - this.#lastClaim < 10 * this.options.pollMs + this.options.leaseMs
    )
  }

  /** Something may be due: look now instead of at the next poll. */
  kick(): void {
    if (this.#stopped) return
    if (this.#claiming) {
      this.#again = true
      return
    }
    this.#claiming = this.#claim().finally(() => {
      this.#claiming = null
      if (this.#again) {
        this.#again = false
        this.kick()
      }
    })
  }

  /**
   * Takes nothing more, lets what runs come to its end for at most `graceMs`, and gives the rest back.
   * A database that is away does not keep it: leases lapse by themselves.
   */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopped = true
    if (this.#poll) clearInterval(this.#poll)
    const ended = (async () => {
      await this.#claiming
      await Promise.all(this.#settled)
    })()
    await atMost(graceMs, ended)
    if (this.#heartbeat) clearInterval(this.#heartbeat)
    const { sql, time, log } = this.options
    const released = releaseLeases(sql, this.#claims(), time.now())
    await atMost(
      RELEASE_MS,
      released.catch(error => log.warn({ err: error }, 'leases could not be given back')),
    )
  }

  async #claim(): Promise<void> {
    const { sql, time, log, leaseMs, concurrency } = this.options
    const free = concurrency - this.#taken()
    const limit = free > 0 ? free : EXPRESS_PLACES + free
    if (limit <= 0) return
    try {
      await this.#syncTime()
      const now = time.now()
      const claims = await claimDue(sql, {
        now,
        leaseMs,
        limit,
        urgentOnly: free <= 0,
        kinds: Object.keys(this.options.runners) as PayableKind[],
      })
      this.#lastClaim = performance.now()
      if (claims.length === 0) return
      const known = await loadFacts(
        sql,
        claims.map(c => c.key),
        time.now(),
      )
      const until = new Date(now.getTime() + leaseMs)
      for (const claim of claims) this.#run({ claim, since: now, until }, known.get(claim.key) ?? null)
      if (claims.length === limit) this.#again = true
    } catch (error) {
      log.error({ err: error }, 'the work list could not be reached')
    }
  }

  #run(held: Held, known: Known | null): void {
    const { log, runners, time } = this.options
    const { claim } = held
    this.#running.set(claim.key, held)
    const holds = () => time.now() < held.until
    const run = whileHeld(holds, async () => runners[claim.kind]?.(claim, known))
      .catch(error =>
        log.error({ payable: claim.key, err: error }, 'a run could not be stored; its lease will lapse'),
      )
      .finally(() => {
        // A run that lost its lease may find its payable claimed here once more.
        if (this.#running.get(claim.key) === held) this.#running.delete(claim.key)
        this.#settled.delete(run)
        this.kick()
      })
    this.#settled.add(run)
  }

  /** Keeps the leases of what runs; `start` does it three times in a lease. */
  async renew(): Promise<void> {
    const { sql, time, leaseMs, log } = this.options
    const until = new Date(time.now().getTime() + leaseMs)
    const running = [...this.#running.values()]
    try {
      await renewLeases(sql, this.#claims(), until)
      // One that has lapsed by now may have been somebody else's before it was renewed.
      for (const held of running) if (time.now() < held.until) held.until = until
    } catch (error) {
      log.warn({ err: error }, 'leases could not be renewed')
    }
  }

  /** How many places are taken. */
  #taken(): number {
    const { time, concurrency } = this.options
    const stalledSince = time.now().getTime() - STALLED_MS
    const stalled = [...this.#running.values()].filter(({ since }) => since.getTime() <= stalledSince).length
    return this.#running.size - Math.min(stalled, MOST_STALLED * concurrency)
  }

  #claims(): Claim[] {
    return [...this.#running.values()].map(({ claim }) => claim)
  }

  async #syncTime(): Promise<void> {
    const { sql, time } = this.options
    const began = performance.now()
    if (!(time instanceof DatabaseTime) || began - this.#syncedAt < SYNC_MS) return
    const now = await databaseNow(sql)
    this.#syncedAt = performance.now()
    time.sync(now, this.#syncedAt - began)
  }
}
