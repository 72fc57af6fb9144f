import type { KeyObject } from 'node:crypto'
import type { SandboxClock } from '../kernel/clock.ts'
import type { FetchLike } from '../kernel/in-process-fetch.ts'
import type { Random } from '../kernel/random.ts'
import type { LagoVersion } from './rules/version.ts'

export interface EndpointOption {
  url: string
  /** Default here: hmac. (Lago's own default is jwt.) */
  signature_algo?: 'hmac' | 'jwt'
  name?: string
  event_types?: string[] | null
}

export interface FakeLagoOptions {
  clock?: SandboxClock
  random?: Random
  apiKey?: string
  /** Signs HMAC webhooks from 1.16 on; before, the API key did. */
  hmacKey?: string
  /** RSA pair for JWT webhooks; made on first use when missing. */
  jwtKeys?: { privateKey: KeyObject; publicKey: KeyObject }
  endpoints?: readonly EndpointOption[]
  /** Whether there is a licence. Default true. */
  premium?: boolean
  premiumIntegrations?: readonly string[]
  /** Default `1.51`. */
  version?: LagoVersion
  /** Requests per second as on Lago Cloud (`50`). Default: no limit, as self-hosted. */
  rateLimit?: number
  /** Issuer of JWT signatures. Default `http://lago.test`. */
  apiUrl?: string
  /** Milliseconds between an API call and the jobs it starts. Default 0: as soon as the clock runs what is due. */
  jobDelayMs?: number
  /** Lists of invoices answer counts up to 30 minutes old, as Lago does; a poller must stop on an empty page. Default false. */
  cachedCounts?: boolean
  /** How webhooks travel. Default: the global `fetch`. */
  transport?: FetchLike
  /** Calls and deliveries remembered; 0 for load tests. Default 10 000. */
  remember?: number
}
