import { type Config, formatProblems, loadConfig } from '../../src/config.ts'

export type { Config } from '../../src/config.ts'

type Addresses = { lagoUrl: string; lagoKey: string; dodoUrl: string; dodoKey: string }

/** The configuration an operator would write, read by the real reader; quick to retry, slow to be throttled. */
export function createConfig({ lagoUrl, lagoKey, dodoUrl, dodoKey }: Addresses): Config {
  const loaded = loadConfig({
    HOST: '127.0.0.1',
    PORT: '3000',
    PUBLIC_URL: 'http://localhost:3000',
    LAGO_API_URL: lagoUrl,
    LAGO_API_KEY: lagoKey,
    LAGO_WEBHOOK_HMAC_KEY: '33333333-3333-4333-8333-333333333333',
    DODO_API_KEY: dodoKey,
    DODO_API_BASE_URL: dodoUrl,
    DODO_WEBHOOK_KEY: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
    DODO_PRODUCTS: 'USD:pdt_replaced',
    STEP_BACKOFF: '50ms',
    POLL_INTERVAL: '100ms',
    LOG_LEVEL: 'silent',
  })
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems))
  const { config } = loaded
  return {
    ...config,
    port: 0,
    lago: { ...config.lago, requestsPerSecond: 10_000, timeoutMs: 5_000 },
    dodo: { ...config.dodo, requestsPerMinute: 600_000, timeoutMs: 5_000 },
  }
}
