import { createHmac, randomUUID } from 'node:crypto'
import { createFakeLago, type FakeLago, type FakeLagoOptions } from '../../../sandbox/lago/fake-lago.ts'
import { type Bridge, startBridge } from '../../../src/bridge.ts'
import { type Config, createConfig } from '../../support/config.ts'
import { freshDatabase } from '../../support/database.ts'
import { silentLog } from '../../support/log.ts'
import { eventually, HMAC_KEY } from '../../support/world.ts'
import { type Json, type StubDodo, startStubDodo } from './stub-dodo.ts'

export const WEBHOOK_KEY = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
export const USER_SECRET = 'a-secret-of-thirty-two-bytes-or-more!'
export const ADMIN = 'admin-token-for-tests'
export const CREDITS = 50_000_000

/** What the routes answer, as far as tests look into it. */
export type Body = Json & {
  items: Json[]
  next_cursor: string | null
  error: { code: string; message: string }
  credits: number
  user_token: string
  topup_id: string
  payment_id: string
  sync_status: string
  status: string
}

export type Answer = { status: number; body: Body; text: string; headers: Headers }

export type Shop = Awaited<ReturnType<typeof openShop>>

export type ShopOptions = {
  balance?: 'ledger' | 'lago'
  lago?: FakeLagoOptions
  /** Dodo can also be asked about the product. */
  showsProduct?: boolean
  /** Changes to the usual configuration. */
  config?: (usual: Config) => Partial<Config>
}

type Changes = { token?: string; body?: unknown; raw?: string; headers?: Record<string, string> }

/** A bridge that sells top-ups through a stub of Dodo, with its database and, where the balance is there, a Lago. */
export async function openShop({
  balance = 'ledger',
  lago: lagoOptions,
  showsProduct,
  config: change,
}: ShopOptions = {}) {
  const dodo: StubDodo = startStubDodo(showsProduct)
  const lago: FakeLago = createFakeLago({ hmacKey: HMAC_KEY, ...lagoOptions })
  const lagoServer = lago.serve()
  for (const user of ['user_1', 'user_2']) lago.control.createCustomer({ external_id: user, currency: 'USD' })
  const usual = createConfig({
    lagoUrl: lagoServer.url,
    lagoKey: lago.apiKey,
    dodoUrl: dodo.url,
    dodoKey: 'dodo_test',
  })
  const common: Config & { databaseUrl: string } = {
    ...usual,
    products: new Map([['*', 'pdt_test']]),
    adminTokens: [ADMIN],
    databaseUrl: await freshDatabase(),
    topup: {
      ...usual.topup,
      balance,
      userTokenSecret: USER_SECRET,
      baseUrl: 'https://base.example.com',
    },
  }
  const config = { ...common, ...change?.(common), databaseUrl: common.databaseUrl }
  const running: Bridge[] = []
  const start = async () => {
    const bridge = await startBridge({ config: { ...config, port: 0 }, log: silentLog })
    running.push(bridge)
    lago.control.addWebhookEndpoint({ webhook_url: `${bridge.url}/webhooks/lago`, signature_algo: 'hmac' })
    return bridge
  }
  let bridge = await start()

  const call = async (
    method: string,
    path: string,
    { token, body, raw, headers }: Changes = {},
  ): Promise<Answer> => {
    const response = await fetch(`${bridge.url}${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(method === 'GET' ? {} : { body: raw ?? JSON.stringify(body ?? {}) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return {
      status: response.status,
      body: (isJson ? JSON.parse(text) : {}) as Body,
      text,
      headers: response.headers,
    }
  }
  const tokenOf = async (user: string) =>
    (await call('POST', '/v1/tokens', { token: ADMIN, body: { user_id: user } })).body.user_token
  const u1 = await tokenOf('user_1')
  const u2 = await tokenOf('user_2')

  const shop = {
    dodo,
    lago,
    config,
    u1,
    u2,
    call,
    tokenOf,
    get bridge() {
      return bridge
    },
    /** Another process' worth of bridge. */
    replica: start,
    /** Stops the bridge and starts it again on the same database. */
    async restart() {
      await bridge.stop()
      bridge = await start()
    },
    async topup(credits = CREDITS, token = u1): Promise<string> {
      return (await call('POST', '/v1/balance/topups/create', { token, body: { credits, note: 'recharge' } }))
        .body.topup_id
    },
    checkout: (topupId: string, token = u1) =>
      call('POST', '/v1/payment/checkout/create', { token, body: { method_id: 'dodo', topup_id: topupId } }),
    /** A top-up whose checkout is open; its session is the next `cks_N`. */
    async bought(credits = CREDITS) {
      const topupId = await shop.topup(credits)
      const { body } = await shop.checkout(topupId)
      return { topupId, paymentId: body.payment_id, sessionId: String(body['provider_session_id']) }
    },
    balanceOf: async (token = u1) => (await call('GET', '/v1/balance/me', { token })).body.credits,
    payments: async (token = u1) => (await call('GET', '/v1/payment/payments/me', { token })).body.items,
    events: async () => (await call('GET', '/v1/payment/events', { token: ADMIN })).body.items,
    history: async (token = u1) => (await call('GET', '/v1/balance/history/me', { token })).body.items,
    /** Sends an event to the payment service's own door. */
    send: (event: SignedEvent, path = '/v1/payment/webhook') =>
      call('POST', path, {
        raw: event.body,
        headers: { 'content-type': 'application/json', ...event.headers },
      }),
    eventually,
    async close() {
      await Promise.all(running.map(each => each.stop().catch(() => {})))
      await Promise.all([lagoServer.stop(), dodo.stop()])
    },
  }
  return shop
}

export type SignedEvent = { id: string; body: string; headers: Record<string, string> }

type SignOptions = { id?: string; secret?: string; at?: number }

/** Signs a body the way Dodo does. */
export function signed(
  body: string,
  { id = `msg_${randomUUID()}`, secret = WEBHOOK_KEY, at }: SignOptions = {},
): SignedEvent {
  const timestamp = String(Math.floor((at ?? Date.now()) / 1000))
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    id,
    body,
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
  }
}

type Bought = { topupId: string; paymentId: string; sessionId: string }

const STATUS: Record<string, string> = {
  'payment.succeeded': 'succeeded',
  'payment.failed': 'failed',
  'payment.processing': 'processing',
  'payment.cancelled': 'cancelled',
}

/** The body of a payment's event; `over` replaces fields of its data. */
export const paymentOf = (
  { topupId, paymentId, sessionId }: Bought,
  type: string,
  over: Json = {},
): Json => ({
  payload_type: 'Payment',
  payment_id: 'pay_D1',
  status: STATUS[type],
  checkout_session_id: sessionId,
  total_amount: 5000,
  tax: 0,
  currency: 'USD',
  settlement_amount: 5000,
  settlement_currency: 'USD',
  product_cart: [{ product_id: 'pdt_test', quantity: 1 }],
  customer: { customer_id: 'cus_1', email: 'a@b.c', name: 'A' },
  metadata: { payment_id: paymentId, topup_id: topupId, user_id: 'user_1' },
  ...over,
})

/** A signed event with an id of its own. */
export function event(type: string, data: Json, options: SignOptions = {}): SignedEvent {
  const body = {
    business_id: 'bus_1',
    type,
    timestamp: new Date(options.at ?? Date.now()).toISOString(),
    data,
  }
  return signed(JSON.stringify(body), options)
}

/** A signed event of a payment for what was bought. */
export const ok = (bought: Bought, type: string, over: Json = {}, options: SignOptions = {}): SignedEvent =>
  event(type, paymentOf(bought, type, over), options)
