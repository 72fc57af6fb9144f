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
 * A rate that all replicas share: the generic cell rate algorithm, with its one value in Postgres.
 * Calls that wait together are given their places by one statement.
 * An express call pays for its place but does not queue for it: a person is waiting, and there are few of them.
 */
export class SharedBudget {
  readonly #intervalMs: number
  #waiting: { express: boolean; go: (waitMs: number) => void; fail: (e: unknown) => void }[] = []
  #reserving = false

  constructor(
    private readonly sql: postgres.Sql,
    private readonly time: Time,
    private readonly rate: Rate,
    private readonly pace: Pace = realPace,
  ) {
    this.#intervalMs = 1000 / rate.perSecond
  }

  readonly routine: Budget = { take: () => this.#take(false), pause: ms => this.#pause(ms) }
  readonly express: Budget = { take: () => this.#take(true), pause: ms => this.#pause(ms) }

  async #take(express: boolean): Promise<void> {
    const waitMs = await new Promise<number>((go, fail) => {
      this.#waiting.push({ express, go, fail })
      if (!this.#reserving) void this.#reserve()
    })
    if (waitMs > 0) await this.pace.sleep(waitMs)
  }

  async #reserve(): Promise<void> {
    this.#reserving = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0)
      try {
        const first = await this.#advance(batch.length)
        for (const [i, { express, go }] of batch.entries())
          go(express ? 0 : Math.max(0, first + i * this.#intervalMs))
      } catch (error) {
        for (const { fail } of batch) fail(error)
      }
    }
    this.#reserving = false
  }

  /** Reserves `count` places and tells in how many milliseconds the first one comes. */
  async #advance(count: number): Promise<number> {
    const now = this.time.now()
    const taken = count * this.#intervalMs
    const earliest = new Date(now.getTime() - this.rate.burst * this.#intervalMs)
    const [row] = await this.sql<{ next_at: Date }[]>`
      insert into budgets as b (name, next_at) values (${this.rate.name}, ${earliest}::timestamptz + ${taken} * interval '1 ms')
      on conflict (name) do update
        set next_at = greatest(b.next_at, ${earliest}::timestamptz) + ${taken} * interval '1 ms'
      returning next_at`
    return row ? row.next_at.getTime() - taken - now.getTime() : 0
  }

  async #pause(ms: number): Promise<void> {
    const until = new Date(this.time.now().getTime() + ms)
    await this.sql`
      insert into budgets as b (name, next_at) values (${this.rate.name}, ${until})
      on conflict (name) do update set next_at = greatest(b.next_at, ${until})`
  }
}
