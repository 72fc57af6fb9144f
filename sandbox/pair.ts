import { randomUUID } from 'node:crypto'
import { createFakeDodo, type FakeDodo } from './dodo/fake-dodo.ts'
import { type Random, seededRandom } from './kernel/random.ts'
import type { Serving } from './kernel/server.ts'
import { createFakeLago, type FakeLago } from './lago/fake-lago.ts'

/** Nothing of it opens anything outside the sandbox, so it may be known to everybody. */
const LAGO_KEY = 'lago_key_sandbox'
const LAGO_HMAC_KEY = 'lago_hmac_key_sandbox'
const DODO_KEY = 'dodo_test_sandbox'
const DODO_WEBHOOK_KEY = `whsec_${Buffer.from('the sandbox signs webhooks this way').toString('base64')}`
const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY', 'HUF'] as const

export type PairOptions = {
  /** Where the bridge is reached, without a slash at the end; both send their webhooks there. */
  bridge: string
  hostname?: string
  /** 0: any free one. */
  lagoPort?: number
  dodoPort?: number
  /** Where checkout links point, if that is not where it listens. */
  dodoUrl?: string | undefined
}

/** A fake Lago and a fake Dodo that are served over HTTP, and what a bridge has to know to stand between them. */
export type Pair = {
  lago: FakeLago
  dodo: FakeDodo
  lagoUrl: string
  dodoUrl: string
  /** The settings of a bridge for this pair. */
  settings: Record<string, string>
  stop(): Promise<void>
}

export function startPair({ bridge, hostname, lagoPort = 0, dodoPort = 0, dodoUrl }: PairOptions): Pair {
  const random = changeable(seededRandom('dodo'))
  const dodo = createFakeDodo({
    apiKey: DODO_KEY,
    merchantName: 'Acme',
    random,
    endpoints: [{ url: `${bridge}/webhooks/dodo`, secret: DODO_WEBHOOK_KEY }],
    ...(dodoUrl !== undefined && { baseUrl: dodoUrl }),
  })
  const products = CURRENCIES.map(currency => `${currency}:${product(dodo, currency)}`)
  // The products are the same at every start, so that a bridge's settings last; payments and sessions never are.
  random.become(seededRandom(randomUUID()))
  const lago = createFakeLago({
    apiKey: LAGO_KEY,
    hmacKey: LAGO_HMAC_KEY,
    random: seededRandom(randomUUID()),
    endpoints: [{ url: `${bridge}/webhooks/lago`, name: 'lago-dodo-bridge' }],
  })
  const servings: Serving[] = [
    lago.serve({ port: lagoPort, ...(hostname !== undefined && { hostname }) }),
    dodo.serve({ port: dodoPort, ...(hostname !== undefined && { hostname }) }),
  ]
  const [lagoUrl = '', ownDodoUrl = ''] = servings.map(serving => serving.url)
  return {
    lago,
    dodo,
    lagoUrl,
    dodoUrl: ownDodoUrl,
    settings: {
      PUBLIC_URL: bridge,
      LAGO_API_URL: lagoUrl,
      LAGO_API_KEY: LAGO_KEY,
      LAGO_WEBHOOK_HMAC_KEY: LAGO_HMAC_KEY,
      DODO_API_BASE_URL: ownDodoUrl,
      DODO_API_KEY: DODO_KEY,
      DODO_WEBHOOK_KEY,
      DODO_PRODUCTS: products.join(','),
    },
    async stop() {
      await Promise.all(servings.map(serving => serving.stop()))
    },
  }
}

/** Charges exactly what it is asked to, tax included. */
const product = (dodo: FakeDodo, currency: (typeof CURRENCIES)[number]): string =>
  dodo.control.product({
    name: `Invoices in ${currency}`,
    tax_category: 'saas',
    price: {
      type: 'one_time_price',
      currency,
      price: 1,
      discount: 0,
      purchasing_power_parity: false,
      pay_what_you_want: true,
      tax_inclusive: true,
    },
  }).product_id

function changeable(first: Random): Random & { become(other: Random): void } {
  let current = first
  return {
    next: () => current.next(),
    int: (min, max) => current.int(min, max),
    pick: items => current.pick(items),
    shuffle: items => current.shuffle(items),
    uuid: () => current.uuid(),
    id: prefix => current.id(prefix),
    become(other) {
      current = other
    },
  }
}
