import type { Attention } from '../park.ts'
import type { Step } from '../steps.ts'

/**
 * `waiting`: Lago is not done with it. `open`: it can be paid. `processing`: a payment is under way.
 * `paid`: settled by a payment recorded here. `closed`: nothing to collect, or no longer.
 * `given_up`: the retry schedule is spent; the pay link still works. `uncollectable`: Dodo cannot charge it as it is.
 */
export type PayableState =
  | 'waiting'
  | 'open'
  | 'processing'
  | 'paid'
  | 'closed'
  | 'given_up'
  | 'uncollectable'

/** Something the merchant's own app is told, once for each key. */
export type Notice = {
  kind:
    | 'payment_link.ready'
    | 'payment.failed'
    | 'invoice.paid'
    | 'topup.paid'
    | 'payment.refunded'
    | 'payable.parked'
  key: string
  detail: Readonly<Record<string, string>>
}

export type Plan = {
  /** What to do now, in this order. Empty: nothing until the next event or `wakeAt`. */
  steps: readonly Step[]
  state: PayableState
  /** When to look again without being told; null: never. */
  wakeAt: Date | null
  /** What waits for a person. The payable is parked while there is any, whatever its state. */
  attention: readonly Attention[]
  notices: readonly Notice[]
  /** One sentence for the person who asks "where is this payment?". */
  say: string
}

export const later = (now: Date, ms: number): Date => new Date(now.getTime() + ms)

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
