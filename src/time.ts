/** The one clock: the database's. Skewed machines cannot steal a lease with it, and a simulation can drive it. */
export interface Time {
  now(): Date
}

/** Follows the database's clock between two answers, on a counter that no one can set. */
export class DatabaseTime implements Time {
  #at: number
  #counted: number

  constructor(databaseNow: Date) {
    this.#at = databaseNow.getTime()
    this.#counted = performance.now()
  }

  /** Takes over what the database just said; `tookMs` is how long its answer travelled. */
  sync(databaseNow: Date, tookMs = 0): void {
    this.#at = databaseNow.getTime() + tookMs / 2
    this.#counted = performance.now()
  }

  now(): Date {
    return new Date(this.#at + (performance.now() - this.#counted))
  }
}

export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Waits for `work`, but no longer than `ms`. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined
  const late = new Promise(resolve => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}

/** How a process waits and what it leaves to chance; a simulation brings its own. Times in milliseconds. */
export type Pace = {
  sleep(ms: number): Promise<void>
  /** Aborts with a `TimeoutError` after that long. */
  deadline(ms: number): AbortSignal
  /** In [0, 1). */
  random(): number
}

export const realPace: Pace = { sleep, deadline: ms => AbortSignal.timeout(ms), random: Math.random }
