import type { SandboxClock } from '../../kernel/clock.ts'

export interface RateVerdict {
  allowed: boolean
  headers: Record<string, string>
}

/**
 * Lago Cloud's limit for all routes together, by the second. Self-hosted Lago has none.
 * Source: Lago API reference, "Rate limits".
 */
export class SecondLimiter {
  private second = 0
  private used = 0

  constructor(
    private readonly clock: SandboxClock,
    private readonly perSecond: number,
  ) {}

  take(): RateVerdict {
    const second = Math.floor(this.clock.now().getTime() / 1000)
    if (second !== this.second) {
      this.second = second
      this.used = 0
    }
    this.used += 1
    return {
      allowed: this.used <= this.perSecond,
      headers: {
        'x-ratelimit-limit': String(this.perSecond),
        'x-ratelimit-remaining': String(Math.max(0, this.perSecond - this.used)),
        'x-ratelimit-reset': '1',
      },
    }
  }
}
