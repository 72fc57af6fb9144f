export type Patience = {
  maxAttempts: number
  backoffMs: number
  backoffMaxMs: number
  /** Between 0 and 1; a simulation brings its own. */
  random(): number
}

/** How long to wait before the next attempt, in milliseconds: exponential, with full jitter. `attempts` from 1. */
export function backoff(attempts: number, { backoffMs, backoffMaxMs, random }: Patience): number {
  const ceiling = Math.min(backoffMaxMs, backoffMs * 2 ** Math.min(attempts, 30))
  return Math.round(random() * ceiling)
}
