import { afterEach, expect, test } from 'bun:test'
import {
  dodoPaymentProvider,
  PaymentService,
  type PaymentServiceOptions,
  Refusal,
  type TopupView,
} from 'lago-dodo-bridge'
import { freshDatabase } from '../support/database.ts'
import { silentLog } from '../support/log.ts'
import { type Body, event, ok, WEBHOOK_KEY } from './support/shop.ts'
import { type StubDodo, startStubDodo } from './support/stub-dodo.ts'

let dodo: StubDodo
let service: PaymentService
afterEach(async () => {
  await service.stop()
  await dodo.stop()
})

type Host = { topups: Map<string, TopupView>; credits: number; finished: unknown[]; debits: unknown[] }

/** A host that keeps its top-ups in memory, and is given what a test changes. */
async function embed(
  change: (host: Host, usual: PaymentServiceOptions) => Partial<PaymentServiceOptions> = () => ({}),
) {
  dodo = startStubDodo()
  const host: Host = { topups: new Map(), credits: 0, finished: [], debits: [] }
  host.topups.set('topup_demo', {
    topup_id: 'topup_demo',
    user_id: 'user_1',
    credits: 50_000_000,
    status: 'pending',
  })
  const usual: PaymentServiceOptions = {
    async readTopup(id) {
      const topup = host.topups.get(id)
      if (!topup) throw Object.assign(new Error('unknown'), { status: 404 })
      return topup
    },
    async finishTopup(id, note) {
      const topup = host.topups.get(id)
      if (topup?.status !== 'pending') throw new Refusal(409, 'paid', 'topup is already paid')
      host.topups.set(id, { ...topup, status: 'paid' })
      host.finished.push([id, note])
      host.credits += Number(topup.credits)
    },
    providers: [
      dodoPaymentProvider({
        api_key: 'dodo_test',
        product_id: 'pdt_test',
        webhook_key: ['', WEBHOOK_KEY],
        api_base_url: dodo.url,
      }),
    ],
    auth: request => {
      const userId = request.headers.get('x-user')
      return userId ? { kind: 'user', userId, cityId: null } : { kind: 'guest' }
    },
    database_url: await freshDatabase(),
    log: silentLog,
  }
  service = new PaymentService({ ...usual, ...change(host, usual) })
  return host
}

async function call(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = { 'x-user': 'user_1' },
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await service.fetch(
    new Request(url, { method, headers, ...(body === undefined ? {} : { body: text }) }),
  )
  return { status: response.status, body: (await response.json()) as Body }
}

const ORIGIN = 'https://runtime.example.com'
const checkout = () =>
  call('POST', `${ORIGIN}/v1/payment/checkout/create`, { method_id: 'dodo', topup_id: 'topup_demo' })
const send = (sent: ReturnType<typeof event>) =>
  call('POST', `${ORIGIN}/v1/payment/webhook`, sent.body, sent.headers)
const bought = {
  topupId: 'topup_demo',
  paymentId: 'pay_534e4ab3226d7433a8bebb7846b770b4',
  sessionId: 'cks_1',
}
const pageAsked = () =>
  String(dodo.calls.find(each => each.path === '/checkouts')?.body['return_url']).split('?')[0]

test('a host sells its own top-ups with three functions, and each is finished once', async () => {
  const host = await embed()
  const { status, body } = await checkout()
  expect([status, body.payment_id]).toEqual([200, bought.paymentId])
  for (let copy = 0; copy < 3; copy++)
    expect((await send(ok(bought, 'payment.succeeded'))).body.sync_status).toBe('applied')
  expect(host.credits).toBe(50_000_000)
  expect(host.finished).toEqual([
    [
      'topup_demo',
      {
        note: 'dodo topup',
        ref: 'pay_D1',
        meta: {
          provider: 'dodo',
          payment_id: bought.paymentId,
          provider_session_id: 'cks_1',
          provider_payment_id: 'pay_D1',
          dodo_checkout_session_id: 'cks_1',
          dodo_payment_id: 'pay_D1',
        },
      },
    ],
  ])
  const mine = await call('GET', `${ORIGIN}/v1/payment/payments/me`)
  expect(mine.body.items).toHaveLength(1)
  expect((await call('GET', `${ORIGIN}/v1/payment/payments/me`, undefined, {})).status).toBe(401)
})

test('A12: a method that is not configured opens no checkout', async () => {
  await embed(() => ({ providers: [dodoPaymentProvider({ product_id: 'pdt_test' })] }))
  const { status, body } = await checkout()
  expect([status, body.error.message]).toEqual([400, 'Payment provider dodo is disabled: not_configured'])
})

test('A14: without an address of its own, the pages are where the request went to', async () => {
  await embed()
  await checkout()
  expect(pageAsked()).toBe(`${ORIGIN}/v1/payment/redirect/success`)
})

test('A15: slashes at the end of the address are not doubled', async () => {
  await embed(() => ({ base_url: 'https://base.example.com///' }))
  await checkout()
  expect(pageAsked()).toBe('https://base.example.com/v1/payment/redirect/success')
})

test('a refund is handed to the host once, or waits for a person if the host has no way to take credits back', async () => {
  const refund = event('refund.succeeded', {
    refund_id: 'ref_1',
    payment_id: 'pay_D1',
    amount: 1250,
    currency: 'USD',
    status: 'succeeded',
  })
  const host = await embed(each => ({
    reverseTopup: async (id, { key, credits }) => {
      each.debits.push([id, key, credits])
      return { debited: credits, shortfall: 0 }
    },
  }))
  await checkout()
  await send(ok(bought, 'payment.succeeded'))
  for (let copy = 0; copy < 2; copy++) expect((await send(refund)).body.sync_status).toBe('applied')
  expect(host.debits).toEqual([['topup_demo', 'ref_1', 12_500_000n]])
  await service.stop()
  await dodo.stop()

  await embed()
  await checkout()
  await send(ok(bought, 'payment.succeeded'))
  const { body } = await send(refund)
  expect(body.sync_status).toBe('failed')
})

test('a host that fails is asked again, and one that finished all the same is not', async () => {
  let failures = 0
  const host = await embed((each, usual) => ({
    finishTopup: async (id, note) => {
      if (failures++ === 0) throw new Error('the balance is away')
      await usual.finishTopup(id, note)
      // The effect is there, and the answer is lost.
      if (failures === 2) throw new Error('gone again')
      each.finished.push('once more')
    },
  }))
  await checkout()
  const first = await send(ok(bought, 'payment.succeeded'))
  expect([first.status, first.body.sync_status]).toEqual([500, 'failed'])
  for (let tries = 0; tries < 100 && host.credits === 0; tries++) await Bun.sleep(100)
  await Bun.sleep(200)
  expect(host.credits).toBe(50_000_000)
  expect(host.finished).toHaveLength(1)
}, 15_000)

test('without a database only what needs none answers', async () => {
  await embed(() => ({ database_url: undefined }))
  expect((await call('GET', `${ORIGIN}/v1/payment/methods`)).status).toBe(200)
  const { status, body } = await checkout()
  expect([status, body.error.code]).toEqual([503, 'no_database'])
})
