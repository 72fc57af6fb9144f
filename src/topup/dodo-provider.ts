import type { Fetch } from '../calls/guarded-fetch.ts'
import type { TaxMode } from '../core/policy.ts'
import { createDodoClient } from '../dodo/client.ts'
import { dodoVerifier } from '../dodo/verify-webhook.ts'
import { readDodoWebhook } from '../dodo/webhook.ts'
import { confirmedByDodo } from './dodo-hint.ts'
import { faultOfProduct } from './product-fault.ts'
import type { PaymentProvider } from './provider.ts'

export type DodoProviderOptions = {
  api_key?: string | null | undefined
  /** A one-time, pay-what-you-want product. */
  product_id?: string | null | undefined
  /** `whsec_…`; several while one is replaced. Without one, events are only hints, and only in test mode. */
  webhook_key?: string | readonly string[] | null | undefined
  /** Default `test_mode`. */
  environment?: 'test_mode' | 'live_mode' | 'test' | 'live'
  /** Lower case, ISO 4217; default `usd`. Top-ups are priced in US dollars. */
  currency?: string | null | undefined
  /** Another address for the API, such as a sandbox; never in live mode. */
  api_base_url?: string | null | undefined
  /** Default `Dodo Payments`. */
  label?: string
  /** Whether the product's price includes tax; default `inclusive`. */
  tax_mode?: TaxMode
  /** Default 240, the least that Dodo allows. */
  requests_per_minute?: number
  /** Milliseconds; default 20 000. */
  timeout_ms?: number
}

const given = (value: string | null | undefined): string | null => value?.trim() || null

const ENVIRONMENTS = {
  test: 'test_mode',
  test_mode: 'test_mode',
  live: 'live_mode',
  live_mode: 'live_mode',
} as const

/** Takes money through Dodo's checkouts. A blank option is an unset one. Throws TypeError on what cannot be meant. */
export function dodoPaymentProvider(options: DodoProviderOptions): PaymentProvider {
  const environment = ENVIRONMENTS[options.environment ?? 'test_mode']
  if (!environment) throw new TypeError(`unknown Dodo environment: ${options.environment}`)
  const apiKey = given(options.api_key)
  const productId = given(options.product_id)
  const baseUrl = given(options.api_base_url)
  const keys = [options.webhook_key ?? []].flat().flatMap(key => given(key) ?? [])
  const live = environment === 'live_mode'
  if (live && keys.length === 0) throw new TypeError('live mode needs a Dodo webhook key')
  if (live && baseUrl) throw new TypeError('api_base_url would send the live key elsewhere')
  const currency = (given(options.currency) ?? 'usd').toLowerCase()
  const taxMode = options.tax_mode ?? 'inclusive'
  const connect = (fetch: Fetch) =>
    createDodoClient({ apiKey: apiKey ?? 'none', environment, baseUrl, fetch })
  return {
    id: 'dodo',
    label: options.label?.trim() || 'Dodo Payments',
    currency,
    productId: productId ?? '',
    taxMode,
    live,
    requestsPerMinute: options.requests_per_minute ?? 240,
    timeoutMs: options.timeout_ms ?? 20_000,
    unavailable: () => (apiKey && productId ? null : 'not_configured'),
    connect,
    fault: fetch => faultOfProduct(connect(fetch), productId ?? '', currency, taxMode),
    verify: keys.length > 0 ? dodoVerifier(keys) : () => false,
    read: readDodoWebhook,
    confirm: keys.length > 0 ? null : confirmedByDodo,
  }
}
