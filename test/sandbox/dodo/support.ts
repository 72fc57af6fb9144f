import DodoPayments from 'dodopayments'
import type { Price } from 'dodopayments/resources/products/products'
import { createFakeDodo } from '../../../sandbox/dodo/fake-dodo.ts'
import type { FakeDodoOptions } from '../../../sandbox/dodo/options.ts'
import { inProcessFetch } from '../../../sandbox/kernel/in-process-fetch.ts'
import { seededRandom } from '../../../sandbox/kernel/random.ts'
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock.ts'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

interface Received {
  id: string
  type: string
  data: Record<string, unknown>
  body: string
  headers: Record<string, string>
  second: number
}

/** A fake on virtual time, the official SDK in front of it, and a receiver of its webhooks. */
export function setUp(options: FakeDodoOptions = {}) {
  const clock = new VirtualClock()
  const start = clock.now().getTime()
  const received: Received[] = []
  const receiver = { status: 200 }
  const network: Record<string, (request: Request) => Promise<Response>> = {
    'http://receiver.test': async request => {
      const body = await request.text()
      const headers = Object.fromEntries(request.headers)
      const { type, data } = JSON.parse(body)
      received.push({
        id: headers['webhook-id'] ?? '',
        type,
        data,
        body,
        headers,
        second: (clock.now().getTime() - start) / SECOND,
      })
      return new Response(null, { status: receiver.status })
    },
  }
  const fetch = inProcessFetch(network)
  const dodo = createFakeDodo({
    clock,
    random: seededRandom(42),
    transport: fetch,
    endpoints: [{ url: 'http://receiver.test/dodo' }],
    ...options,
  })
  network['http://dodo.test'] = dodo.fetch
  const client = new DodoPayments({
    bearerToken: dodo.apiKey,
    webhookKey: dodo.webhookSecrets[0] ?? null,
    baseURL: 'http://dodo.test',
    maxRetries: 0,
    fetch,
  })
  const types = () => received.map(({ type }) => type)
  return { dodo, client, clock, received, receiver, fetch, types }
}

export type World = ReturnType<typeof setUp>

export const payWhatYouWant = (over: Partial<Price.OneTimePrice> = {}): Price => ({
  type: 'one_time_price',
  currency: 'USD',
  price: 50,
  pay_what_you_want: true,
  tax_inclusive: true,
  discount: 0,
  purchasing_power_parity: false,
  ...over,
})

export const mandatePrice = (over: Partial<Price.RecurringPrice> = {}): Price => ({
  type: 'recurring_price',
  currency: 'USD',
  price: 100,
  payment_frequency_count: 1,
  payment_frequency_interval: 'Month',
  subscription_period_count: 10,
  subscription_period_interval: 'Year',
  tax_inclusive: true,
  discount: 0,
  purchasing_power_parity: false,
  ...over,
})

export async function productId({ client }: World, price: Price = payWhatYouWant()): Promise<string> {
  return (await client.products.create({ name: 'Invoice', tax_category: 'saas', price })).product_id
}

/** A session for `amount`, paid at once. */
export async function paid(
  world: World,
  amount: number,
  over: { country?: 'DE' | 'US'; metadata?: Record<string, string> } = {},
) {
  const product = await productId(world)
  const session = await world.client.checkoutSessions.create({
    product_cart: [{ product_id: product, quantity: 1, amount }],
    billing_address: { country: over.country ?? 'US' },
    metadata: over.metadata ?? {},
  })
  return { product, session, payment: await world.dodo.control.pay(session.session_id) }
}

export async function mandate(world: World, metadata: Record<string, string> = {}) {
  const product = await productId(world, mandatePrice())
  const subscription = await world.dodo.control.createMandate({ productId: product, metadata })
  await world.clock.runDue()
  return { product, id: subscription.subscription_id, customerId: subscription.customer.customer_id }
}

/** `status CODE` of the error a call ends with; fails when it does not. */
export async function refusal(call: PromiseLike<unknown>): Promise<string> {
  const error = await Promise.resolve(call).then(
    () => undefined,
    error => error,
  )
  if (!(error instanceof DodoPayments.APIError))
    throw new Error(`expected an API error, got ${String(error)}`)
  return `${error.status} ${String((error.error as { code?: unknown } | undefined)?.code)}`
}
