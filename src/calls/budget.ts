import type postgres from 'postgres'
import { type Pace, realPace, type Time } from '../time.ts'

/** Decides when a call may leave. */
export interface Budget {
  /** Resolves when the call may be sent. */
  take(): Promise<void>
  /** The other side asked to be left alone: no call leaves for that long, from any replica. */
  pause(ms: number): Promise<void>
}

type Rate = { name: string; perSecond: number; burst: number }

/**
 * The rate that stays under `limit` calls in any stretch of `seconds`, with what may come at once counted in: once for
 * the routine, once for what is express, and once for calls that overtake each other on their way.
 */
export function within(limit: number, seconds: number): Pick<Rate, 'perSecond' | 'burst'> {
  const burst = Math.max(1, Math.floor(limit / 50))
  return { perSecond: Math.max(limit - 3 * burst, limit / 4) / seconds, burst }
}

type Waiting = { go: (waitMs: number) => void; fail: (error: unknown) => void }

/** The routine takes its places this long ahead and no longer, so that none of it stands before an express call. */
const AHEAD_MS = 100

/**
 * A rate that all replicas share: the generic cell rate algorithm, with its one value in Postgres.
 * Calls that wait together are given their places by one statement.
 * An express call, for which a person waits or money has come, goes before all routine ones, but it pays for its place,
 * and a pause holds it too: many of them are as much for the other side as many of any kind.
 */
export class SharedBudget {
  readonly #intervalMs: number
  /** What is kept free for express calls. */
  readonly #reserveMs: number
  readonly #routine: Waiting[] = []
  readonly #express: Waiting[] = []
  #routineServed = false
  #expressServed = false
  #row: Promise<unknown> | null = null

  constructor(
    private readonly sql: postgres.Sql,
    private readonly time: Time,
    private readonly rate: Rate,
    private readonly pace: Pace = realPace,
  ) {
    this.#intervalMs = 1000 / rate.perSecond
    this.#reserveMs = rate.burst * this.#intervalMs
  }

  readonly routine: Budget = {
    take: () => this.#take(this.#routine, () => this.#serveRoutine()),
    pause: ms => this.#pause(ms),
  }
  readonly express: Budget = {
    take: () => this.#take(this.#express, () => this.#serveExpress()),
    pause: ms => this.#pause(ms),
  }

  async #take(queue: Waiting[], serve: () => Promise<void>): Promise<void> {
    const waitMs = await new Promise<number>((go, fail) => {
      queue.push({ go, fail })
      void serve()
    })
    if (waitMs > 0) await this.pace.sleep(waitMs)
  }

  async #serveExpress(): Promise<void> {
    if (this.#expressServed) return
    this.#expressServed = true
    while (this.#express.length > 0) {
      const batch = this.#express.splice(0)
      try {
        const { firstMs } = await this.#reserve(batch.length, null)
        for (const [n, { go }] of batch.entries())
          go(Math.max(0, firstMs + n * this.#intervalMs - this.#reserveMs))
      } catch (error) {
        for (const { fail } of batch) fail(error)
      }
    }
    this.#expressServed = false
  }

  async #serveRoutine(): Promise<void> {
    if (this.#routineServed) return
    this.#routineServed = true
    while (this.#routine.length > 0) {
      try {
        const { granted, firstMs } = await this.#reserve(this.#routine.length, AHEAD_MS)
        for (const [n, { go }] of this.#routine.splice(0, granted).entries())
          go(Math.max(0, firstMs + n * this.#intervalMs))
        const nextMs = firstMs + granted * this.#intervalMs
        if (this.#routine.length > 0) await this.pace.sleep(Math.max(5, nextMs - AHEAD_MS / 2))
      } catch (error) {
        for (const { fail } of this.#routine.splice(0)) fail(error)
      }
    }
    this.#routineServed = false
  }

  /**
   * Takes up to `count` places, none later than `aheadMs` from now if that is given. Tells how many it got, and in how
   * many milliseconds the first one comes; negative if it could have come sooner.
   */
  async #reserve(count: number, aheadMs: number | null): Promise<{ granted: number; firstMs: number }> {
    await this.#exists()
    const now = this.time.now()
    const earliest = new Date(now.getTime() - this.#reserveMs)
    const [row] = await this.sql<{ granted: number; base: Date }[]>`
      with held as (
        select greatest(next_at, ${earliest}::timestamptz) as base from budgets where name = ${this.rate.name} for update
      ), places as (
        select base, case when ${aheadMs === null} then ${count}::int else least(${count}::int, greatest(0,
          floor(extract(epoch from ${now}::timestamptz - base) * 1000 / ${this.#intervalMs}::float8 + ${(aheadMs ?? 0) / this.#intervalMs}::float8)::int + 1))
          end as granted
        from held
      )
      update budgets b set next_at = p.base + p.granted * ${this.#intervalMs}::float8 * interval '1 ms'
      from places p where b.name = ${this.rate.name}
      returning p.granted, p.base`
    if (!row) throw new Error(`the budget ${this.rate.name} has gone`)
    return { granted: row.granted, firstMs: row.base.getTime() - now.getTime() }
  }

  #exists(): Promise<unknown> {
    this.#row ??= this.sql`
      insert into budgets (name, next_at) values (${this.rate.name}, ${this.time.now()}) on conflict (name) do nothing`
      .then(() => null)
      .catch(error => {
        this.#row = null
        throw error
      })
    return this.#row
  }

  async #pause(ms: number): Promise<void> {
    // The reserve is for calls that are too many at once, not for a side that wants none.
    const until = new Date(this.time.now().getTime() + ms + this.#reserveMs)
    await this.sql`
      insert into budgets as b (name, next_at) values (${this.rate.name}, ${until})
      on conflict (name) do update set next_at = greatest(b.next_at, ${until})`
  }
}
