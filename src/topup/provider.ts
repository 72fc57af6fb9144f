import type { Fetch } from '../calls/guarded-fetch.ts'
import type { Delivery } from '../core/delivery.ts'
import type { TaxMode } from '../core/policy.ts'
import type { PaymentGateway } from '../steps/types.ts'

export type { PaymentGateway }

/** Whoever takes the money for a top-up. Ids and keys are the provider's own. */
export type PaymentProvider = {
  /** What a checkout names it by, and what its events' ids begin with. */
  id: string
  label: string
  /** Lower case, ISO 4217. */
  currency: string
  /** Why it cannot be used as it is, or null. */
  unavailable(): 'not_configured' | null
  /** The product whose price the buyer is asked for. */
  productId: string
  taxMode: TaxMode
  /** Real money: nothing that is not verified is even looked at. */
  live: boolean
  requestsPerMinute: number
  timeoutMs: number
  /** The calls, over a `fetch` that keeps to the rate, ends in time and throws CallError. */
  connect(fetch: Fetch): PaymentGateway
  /** Why the product cannot charge an exact amount, in words; null if it can, or cannot be asked about now. */
  fault(fetch: Fetch): Promise<string | null>
  /** Verifies the raw bytes of an event. */
  verify(headers: Headers, body: Buffer, now: Date): boolean
  /** Understands what was verified. Throws NotAWebhook. */
  read(headers: Headers, body: Buffer, now: Date): Delivery
  /**
   * Without a key to verify with: what the provider itself says about what the body claims, or null if it does not
   * confirm it. Null instead of a function: an event that is not verified is refused.
   */
  confirm: ((body: Buffer, gateway: PaymentGateway, now: Date) => Promise<Delivery | null>) | null
}
