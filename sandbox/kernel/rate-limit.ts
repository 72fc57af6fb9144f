import type { SandboxClock } from './clock.ts'

export interface RateLimitOptions {
  /** Sustained requests per minute. */
  perMinute: number
  /** Requests that may come at once. Default: `perMinute`. */
  burst?: number
}

export interface RateVerdict {
  allowed: boolean
  limit: number
  remaining: number
  /** Whole seconds until the next request is allowed; 0 when one is allowed now. */
  resetSeconds: number
  /** X-RateLimit-Limit, -Remaining and -Reset. */
  headers: Record<string, string>
}

/** A token bucket on the sandbox's clock. */
export class RateLimiter {
  private readonly burst: number
  private tokens: number
  private filledAt: number

  constructor(
    private readonly clock: SandboxClock,
    private readonly options: RateLimitOptions,
  ) {
    this.burst = options.burst ?? options.perMinute
    this.tokens = this.burst
    this.filledAt = clock.now().getTime()
  }

  take(): RateVerdict {
    const now = this.clock.now().getTime()
    const perMs = this.options.perMinute / 60_000
    this.tokens = Math.min(this.burst, this.tokens + (now - this.filledAt) * perMs)
    this.filledAt = now
    const allowed = this.tokens >= 1
    if (allowed) this.tokens -= 1
    const resetSeconds = this.tokens >= 1 ? 0 : Math.ceil((1 - this.tokens) / perMs / 1000)
    const remaining = Math.floor(this.tokens)
    return {
      allowed,
      limit: this.options.perMinute,
      remaining,
      resetSeconds,
      headers: {
        'X-RateLimit-Limit': String(this.options.perMinute),
        'X-RateLimit-Remaining': String(remaining),
        'X-RateLimit-Reset': String(resetSeconds),
      },
    }
  }
}
