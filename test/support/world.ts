import { createFakeDodo, type FakeDodo } from '../../sandbox/dodo/fake-dodo.ts'
import type { FakeDodoOptions } from '../../sandbox/dodo/options.ts'
import { createFakeLago, type FakeLago, type FakeLagoOptions } from '../../sandbox/lago/fake-lago.ts'
import { type Bridge, startBridge } from '../../src/bridge.ts'
import { type Config, createConfig } from './config.ts'
import { freshDatabase } from './database.ts'
import { silentLog } from './log.ts'

export const HMAC_KEY = '33333333-3333-4333-8333-333333333333'
export const WEBHOOK_KEY = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='

export type World = {
  lago: FakeLago
  dodo: FakeDodo
  bridge: Bridge
  config: Config & { databaseUrl: string }
  /** Starts another process' worth of bridge on the same database. */
  replica(): Promise<Bridge>
  stop(): Promise<void>
}

type WorldOptions = {
  lago?: FakeLagoOptions
  dodo?: FakeDodoOptions
  /** Changes to the usual configuration; a function is given that configuration. */
  config?: Partial<Config> | ((usual: Config) => Partial<Config>)
  /** Puts something between the bridge and its database: is given the database's URL, returns the bridge's. */
  database?: (url: string) => Promise<string>
}

/** A fake Lago, a fake Dodo with a product for each of USD, EUR, JPY and HUF, and the bridge between them. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const fresh = await freshDatabase()
  const databaseUrl = (await options.database?.(fresh)) ?? fresh
  const dodo = createFakeDodo(options.dodo)
  const lago = createFakeLago({ hmacKey: HMAC_KEY, ...options.lago })
  const dodoServer = dodo.serve()
  const lagoServer = lago.serve()
  const usual = createConfig({
    lagoUrl: lagoServer.url,
    lagoKey: lago.apiKey,
    dodoUrl: dodoServer.url,
    dodoKey: dodo.apiKey,
  })
  const changes = typeof options.config === 'function' ? options.config(usual) : options.config
  const inclusive = changes?.taxMode !== 'exclusive'
  const products = ['USD', 'EUR', 'JPY', 'HUF'].map(
    currency => [currency, product(dodo, currency, inclusive)] as const,
  )
  const config = { ...usual, products: new Map(products), ...changes, databaseUrl }
  const replicas: Bridge[] = []
  const start = async () => {
    const bridge = await startBridge({ config: { ...config, port: 0 }, log: silentLog })
    replicas.push(bridge)
    return bridge
  }
  const bridge = await start()
  await subscribe(bridge.url, lagoServer.url, lago, dodoServer.url, dodo)
  return {
    lago,
    dodo,
    bridge,
    config,
    replica: start,
    async stop() {
      await Promise.all(replicas.map(replica => replica.stop().catch(() => {})))
      await Promise.all([lagoServer.stop(), dodoServer.stop()])
    },
  }
}

/** A product that charges exactly what it is asked to, tax included. */
export function product(dodo: FakeDodo, currency: string, taxInclusive = true): string {
  return dodo.control.product({
    name: `Invoices in ${currency}`,
    tax_category: 'saas',
    price: {
      type: 'one_time_price',
      currency: currency as 'USD',
      price: 1,
      discount: 0,
      purchasing_power_parity: false,
      pay_what_you_want: true,
      tax_inclusive: taxInclusive,
    },
  }).product_id
}

/** Tells both sides where the bridge listens, the way an operator does: through their APIs. */
async function subscribe(
  url: string,
  lagoUrl: string,
  lago: FakeLago,
  dodoUrl: string,
  dodo: FakeDodo,
): Promise<void> {
  const post = (to: string, key: string, body: unknown) =>
    fetch(to, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await post(`${lagoUrl}/api/v1/webhook_endpoints`, lago.apiKey, {
    webhook_endpoint: { webhook_url: `${url}/webhooks/lago`, signature_algo: 'hmac' },
  })
  const created = await post(`${dodoUrl}/webhooks`, dodo.apiKey, { url: `${url}/webhooks/dodo` })
  const { id } = (await created.json()) as { id: string }
  dodo.control.rotateWebhookSecret(id, WEBHOOK_KEY)
}

/** Waits until something holds; fails with what was last seen. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  holds: (seen: T) => boolean,
  ms = 10_000,
): Promise<T> {
  const until = Date.now() + ms
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (Date.now() > until) throw new Error(`still not so after ${ms} ms: ${Bun.inspect(seen, { depth: 6 })}`)
    await Bun.sleep(20)
  }
}
