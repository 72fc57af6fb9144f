import { Agenda } from '../../../sandbox/kernel/agenda.ts'
import type { Job, SandboxClock, Scheduled } from '../../../sandbox/kernel/clock.ts'
import { otherThreadsWork } from './other-threads.ts'

/** More than any story needs. */
const MOST_JOBS = 60_000

/** Something goes on and on, and nothing comes of it. */
export class Restless extends Error {
  constructor() {
    super(`it does not come to rest: ${MOST_JOBS} things have happened`)
  }
}

/**
 * The one clock of a simulated world. Jobs run one after another in the order of their time, and between two jobs
 * everything that can go on without the clock or the database does: so the same seed gives the same run.
 */
export class Timeline implements SandboxClock {
  readonly #agenda = new Agenda()
  readonly #onError: (error: unknown) => void
  #now: number
  #jobs = 0
  /** Asked before time moves on. */
  beforeMoving: () => Promise<void> = async () => {}

  constructor(start: Date, onError: (error: unknown) => void) {
    this.#now = start.getTime()
    this.#onError = onError
  }

  now(): Date {
    return new Date(this.#now)
  }

  /** Starts `job` at its time and does not wait for its end: it may itself wait for later jobs. */
  schedule(at: Date, job: Job): Scheduled {
    return this.#agenda.add(Math.max(at.getTime(), this.#now), () => {
      Promise.resolve()
        .then(job)
        .catch(error => this.#onError(error))
      return settled()
    })
  }

  after(ms: number, job: Job): Scheduled {
    return this.schedule(new Date(this.#now + ms), job)
  }

  /** Time stands still until `job` has ended; it must wait for nothing but the database. */
  holding(ms: number, job: () => Promise<void>): Scheduled {
    return this.#agenda.add(this.#now + ms, job)
  }

  /** Throws Restless. */
  async runUntil(date: Date): Promise<void> {
    const until = date.getTime()
    for (;;) {
      const due = this.#agenda.takeDue(this.#now)
      if (due) {
        if (++this.#jobs > MOST_JOBS) throw new Restless()
        await due.job()
        continue
      }
      await this.beforeMoving()
      const next = this.#agenda.nextAt()
      if (next === undefined || next > until) break
      this.#now = Math.max(this.#now, next)
    }
    this.#now = Math.max(this.#now, until)
  }

  runFor(ms: number): Promise<void> {
    return this.runUntil(new Date(this.#now + ms))
  }
}

/** Lets everything run that waits for neither the clock nor the database: some of it takes a turn of the event loop. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 2; turn = otherThreadsWork() ? 0 : turn + 1)
    await new Promise<void>(resolve => setImmediate(resolve))
}
