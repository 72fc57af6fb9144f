type WebhookAlgorithm = 'hmac' | 'jwt'
type DodoEnvironment = 'test_mode' | 'live_mode'

/** Every setting, checked and in the unit the code works with. All durations are milliseconds. */
export type Config = {
  host: string
  port: number
  /** How the world reaches this service: no trailing slash, at most 100 characters, https in live mode. */
  publicUrl: string
  /** Null: an embedded Postgres under `./.data`, never in live mode. */
  databaseUrl: string | null
  /** Most connections that one process opens. */
  databasePool: number
  lago: {
    /** Ends in `/api/v1`, without a trailing slash. */
    apiUrl: string
    apiKey: string
    /** Every key accepted now; empty exactly when `webhookAlgorithms` has no `hmac`. */
    hmacKeys: string[]
    webhookAlgorithms: WebhookAlgorithm[]
    /** The `iss` claim that a JWT-signed webhook must carry. */
    issuer: string
    requestsPerSecond: number
    timeoutMs: number
  }
  dodo: {
    apiKey: string
    environment: DodoEnvironment
    /** Replaces the address that belongs to `environment`; never set in live mode. */
    baseUrl: string | null
    /** `whsec_<base64>` or bare base64; empty only in test mode, when no webhook can be verified. */
    webhookKeys: string[]
    requestsPerMinute: number
    timeoutMs: number
  }
  /** Dodo product id by currency (upper case); `*` serves the currencies that have none of their own. */
  products: ReadonlyMap<string, string>
  taxMode: 'inclusive' | 'exclusive'
  duplicatePayments: 'refund' | 'review'
  latePayments: 'refund' | 'review'
  /** Waits before each attempt after a declined one; empty: no further attempt. */
  retrySchedule: number[]
  worker: {
    concurrency: number
    maxAttempts: number
    backoffMs: number
    backoffMaxMs: number
    leaseMs: number
    pollMs: number
  }
  /** How often both sides are searched for what no webhook has told, by all replicas together. */
  sweep: { intervalMs: number }
  /** Outgoing events; null: none are sent. The first key signs, and the others sign beside it during rotation. */
  notify: { url: string; keys: string[] } | null
  /** Empty: the console and the admin API are off. */
  adminTokens: string[]
  topup: {
    balance: 'lago' | 'ledger' | 'off'
    /** Lower case, ISO 4217. */
    currency: string
    userTokenSecret: string | null
    userTokenJwksUrl: string | null
    userTokenAudience: string
    /** Base of the result pages; null only in test mode: then the origin of the request. */
    baseUrl: string | null
    /** Least and most credits of one top-up; 1,000,000 credits are 1 USD. */
    minCredits: number
    maxCredits: number
    /** Most unpaid top-ups that one user may have at a time. */
    maxOpen: number
  }
  logLevel: string
  otlpEndpoint: string | null
}
