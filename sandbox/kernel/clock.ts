export type Job = () => void | Promise<void>

export interface Scheduled {
  cancel(): void
}

/** The only source of time in the sandbox: real for a demo, virtual for a simulation. */
export interface SandboxClock {
  now(): Date
  /** Runs `job` once, at `at` or, when that is past, as soon as possible. */
  schedule(at: Date, job: Job): Scheduled
  /** The time the other side's clock shows, when it may differ from `now()` (a demo that jumps ahead). */
  wall?(): Date
  /** Told that somebody now waits for this clock, so that a virtual clock does not wait for them in turn. */
  blocked?(): void
}

/** Resolves after `ms` of the clock's time; rejects with the signal's reason when it aborts first. `Infinity` waits for the signal only. */
export function sleep(clock: SandboxClock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const abort = () => {
      timer?.cancel()
      reject(signal?.reason)
    }
    const done = () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }
    const timer = Number.isFinite(ms) ? clock.schedule(new Date(clock.now().getTime() + ms), done) : undefined
    signal?.addEventListener('abort', abort, { once: true })
    clock.blocked?.()
  })
}
