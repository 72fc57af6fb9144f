import type { Sql } from '../db/connection.ts'
import { type EventState, eventStates } from '../db/queries/payment-events.ts'
import { type Pace, realPace, type Time } from '../time.ts'

type Waiting = { since: Date; until: Date; resolve(state: EventState | null): void; reject(e: unknown): void }

const POLL_MS = 25

/** Waits for events to be worked on. All who wait share one look at the database. */
export class EventWatch {
  readonly #waiting = new Map<string, Waiting[]>()
  #looking = false

  constructor(
    private readonly sql: Sql,
    private readonly time: Time,
    private readonly pace: Pick<Pace, 'sleep'> = realPace,
  ) {}

  /** How far an event is now; null if it is unknown. */
  async now(dedupeKey: string): Promise<EventState | null> {
    return (await eventStates(this.sql, [dedupeKey], this.time.now())).get(dedupeKey) ?? null
  }

  /** How far it is once it was worked on, or a run for it failed after `since`, or the patience is over. */
  settled(dedupeKey: string, since: Date, patienceMs: number): Promise<EventState | null> {
    return new Promise((resolve, reject) => {
      const until = new Date(this.time.now().getTime() + patienceMs)
      const others = this.#waiting.get(dedupeKey) ?? []
      this.#waiting.set(dedupeKey, [...others, { since, until, resolve, reject }])
      if (!this.#looking) void this.#look()
    })
  }

  async #look(): Promise<void> {
    this.#looking = true
    while (this.#waiting.size > 0) {
      await this.pace.sleep(POLL_MS)
      const asked = [...this.#waiting.keys()]
      try {
        const states = await eventStates(this.sql, asked, this.time.now())
        for (const key of asked) this.#tell(key, states.get(key) ?? null)
      } catch (error) {
        for (const { reject } of asked.flatMap(key => this.#take(key))) reject(error)
      }
    }
    this.#looking = false
  }

  /** Tells those for whom that is enough; the others wait on. */
  #tell(key: string, state: EventState | null): void {
    const now = this.time.now()
    const left = this.#take(key).filter(({ since, until, resolve }) => {
      const failed = state?.lastError !== null && state?.ranAt != null && state.ranAt >= since
      if (state?.stored && !failed && now < until) return true
      resolve(state)
      return false
    })
    if (left.length > 0) this.#waiting.set(key, left)
  }

  #take(key: string): Waiting[] {
    const waiting = this.#waiting.get(key) ?? []
    this.#waiting.delete(key)
    return waiting
  }
}
