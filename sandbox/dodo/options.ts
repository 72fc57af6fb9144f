import type { SandboxClock } from '../kernel/clock.ts'
import type { FetchLike } from '../kernel/in-process-fetch.ts'
import type { Random } from '../kernel/random.ts'
import type { RateLimitOptions } from '../kernel/rate-limit.ts'
import type { ChargeScript, RefundScript } from './scripts.ts'

interface EndpointOption {
  url: string
  /** `whsec_` and base64; made up when missing. */
  secret?: string
  filterTypes?: string[]
}

export interface AdaptiveCurrency {
  enabled: boolean
  /** Units of each currency for one US dollar, both in major units. */
  perUsd: Record<string, number>
  /** Currency a country pays in when the session does not say. */
  byCountry: Record<string, string>
  /** The exchange fee is inside the price instead of on top. */
  feesInclusive?: boolean
}

interface Settlement {
  currency: string
  /** Settlement minor units for one minor unit of the payment's currency. */
  rate: number
}

export interface FakeDodoOptions {
  clock?: SandboxClock
  random?: Random
  apiKey?: string
  /** Where checkout links point; the served address when missing. */
  baseUrl?: string
  merchantName?: string
  endpoints?: EndpointOption[]
  /** How webhooks travel. Default: the global `fetch`. */
  transport?: FetchLike
  rateLimit?: RateLimitOptions
  /** Percent by ISO-2 country; missing countries are untaxed. */
  taxRates?: Record<string, number>
  adaptiveCurrency?: AdaptiveCurrency
  settlement?: Settlement
  /** Whether a second try on a checkout page keeps the payment's id or gets a new one. Undocumented: both occur. */
  retryModel?: 'same-payment' | 'new-payment'
  /** After a failed charge the subscription goes on hold: `chargeable` still takes charges, `blocked` refuses them. */
  onHoldModel?: 'chargeable' | 'blocked'
  /** What becomes of charges nobody scripted. */
  charges?: ChargeScript
  /** What becomes of refunds nobody scripted. */
  refunds?: RefundScript
  refundWindowDays?: number
  /** Payment method types that refund in full only. */
  fullRefundOnly?: string[]
  /** Calls and deliveries remembered; 0 for load tests. */
  remember?: number
}

export const DEFAULT_TAX_RATES: Record<string, number> = {
  AT: 20,
  AU: 10,
  BE: 21,
  CH: 8.1,
  DE: 19,
  ES: 21,
  FR: 20,
  GB: 20,
  IE: 23,
  IN: 18,
  IT: 22,
  JP: 10,
  NL: 21,
  PL: 23,
  SE: 25,
}
