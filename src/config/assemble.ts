import type { Values } from './settings.ts'
import type { Config } from './type.ts'

const EVERY_OTHER_CURRENCY = '*'

function productsOf({ dodoProducts, dodoProductId }: Values): Config['products'] {
  const products = new Map(dodoProducts ?? [])
  if (dodoProductId !== null) products.set(EVERY_OTHER_CURRENCY, dodoProductId)
  return products
}

const lagoOf = (v: Values): Config['lago'] => ({
  apiUrl: v.lagoApiUrl,
  apiKey: v.lagoApiKey,
  // A key that must not verify anything is not handed on.
  hmacKeys: v.lagoAlgorithms.includes('hmac') ? (v.lagoHmacKeys ?? []) : [],
  webhookAlgorithms: [...new Set(v.lagoAlgorithms)],
  issuer: v.lagoIssuer ?? v.lagoApiUrl.replace(/\/api\/v1$/, ''),
  requestsPerSecond: v.lagoRate,
  timeoutMs: v.lagoTimeout,
})

const dodoOf = (v: Values): Config['dodo'] => ({
  apiKey: v.dodoApiKey,
  environment: v.dodoEnvironment,
  baseUrl: v.dodoBaseUrl,
  webhookKeys: v.dodoWebhookKeys ?? [],
  requestsPerMinute: v.dodoRate,
  timeoutMs: v.dodoTimeout,
})

const topupOf = (v: Values): Config['topup'] => ({
  balance: v.balance,
  currency: v.currency,
  userTokenSecret: v.userTokenSecret,
  userTokenJwksUrl: v.userTokenJwksUrl,
  userTokenAudience: v.userTokenAudience,
  baseUrl: v.cityBaseUrl ?? v.publicUrl,
  minCredits: v.minCredits,
  maxCredits: v.maxCredits,
  maxOpen: v.maxOpen,
})

/** Builds the configuration from values that passed every check. */
export const assemble = (v: Values): Config => ({
  host: v.host,
  port: v.port,
  publicUrl: v.publicUrl ?? `http://localhost:${v.port}`,
  databaseUrl: v.databaseUrl,
  databasePool: v.databasePool,
  lago: lagoOf(v),
  dodo: dodoOf(v),
  products: productsOf(v),
  taxMode: v.taxMode,
  duplicatePayments: v.duplicatePayments,
  latePayments: v.latePayments,
  retrySchedule: v.retrySchedule,
  worker: {
    concurrency: v.concurrency,
    maxAttempts: v.maxAttempts,
    backoffMs: v.backoff,
    backoffMaxMs: v.backoffMax,
    leaseMs: v.lease,
    pollMs: v.poll,
  },
  sweep: { intervalMs: v.sweepInterval },
  notify: v.notifyUrl === null || v.notifyKeys === null ? null : { url: v.notifyUrl, keys: v.notifyKeys },
  adminTokens: v.adminTokens ?? [],
  topup: topupOf(v),
  logLevel: v.logLevel,
  otlpEndpoint: v.otlpEndpoint,
})
