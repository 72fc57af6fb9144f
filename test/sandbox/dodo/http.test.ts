import { afterEach, expect, test } from 'bun:test'
import DodoPayments from 'dodopayments'
import { createFakeDodo } from '../../../sandbox/dodo/fake-dodo.ts'
import type { FakeDodoOptions } from '../../../sandbox/dodo/options.ts'
import { serve } from '../../../sandbox/kernel/server.ts'
import { payWhatYouWant } from './support.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()))
})

/** A served fake, and the official SDK told nothing but where it is. */
async function served(options: FakeDodoOptions = {}) {
  const dodo = createFakeDodo(options)
  const server = dodo.serve()
  stops.push(server.stop)
  const client = new DodoPayments({ bearerToken: dodo.apiKey, baseURL: server.url, maxRetries: 0 })
  const product = await client.products.create({
    name: 'Invoice',
    tax_category: 'saas',
    price: payWhatYouWant(),
  })
  const create = (timeout?: number) =>
    client.checkoutSessions.create(
      { product_cart: [{ product_id: product.product_id, quantity: 1, amount: 1000 }], metadata: { n: '1' } },
      timeout === undefined ? {} : { timeout },
    )
  const control = (path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') =>
    fetch(`${server.url}/_sandbox/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  return { dodo, server, client, create, control }
}

test('the official SDK works against it with a base URL alone', async () => {
  const { dodo, server, client, create } = await served()
  const session = await create()
  expect(session.checkout_url).toBe(`${server.url}/session/${session.session_id}`)
  const { payment_id } = await dodo.control.pay(session.session_id)
  expect((await client.payments.retrieve(payment_id)).status).toBe('succeeded')
  const listed: string[] = []
  for await (const payment of client.payments.list({ page_number: 0 })) listed.push(payment.payment_id)
  expect(listed).toEqual([payment_id])
})

test('a connection reset before the work leaves nothing behind', async () => {
  const { dodo, create } = await served()
  dodo.faults.add({ method: 'POST', path: '/checkouts', fault: { kind: 'reset' }, times: 1 })
  expect(await create().catch(error => error)).toBeInstanceOf(DodoPayments.APIConnectionError)
  expect(dodo.state.sessions.size).toBe(0)
})

test('a lost answer leaves a session the caller never heard of', async () => {
  const { dodo, create } = await served()
  dodo.faults.add({ method: 'POST', path: '/checkouts', fault: { kind: 'lost-answer' }, times: 1 })
  expect(await create().catch(error => error)).toBeInstanceOf(DodoPayments.APIConnectionError)
  expect(dodo.state.sessions.size).toBe(1)
  expect(dodo.faults.calls.find('POST', '/checkouts')).toMatchObject([{ status: null, done: true }])
})

test('a 500 after the work, and an answer that never comes, leave one session each', async () => {
  const { dodo, create } = await served()
  dodo.faults.add({
    path: '/checkouts',
    fault: { kind: 'status-after', status: 500, body: { code: 'INTERNAL_SERVER_ERROR', message: 'x' } },
    times: 1,
  })
  expect(await create().catch(error => error)).toBeInstanceOf(DodoPayments.InternalServerError)
  expect(dodo.state.sessions.size).toBe(1)
  dodo.faults.add({ path: '/checkouts', fault: { kind: 'hang' }, times: 1 })
  expect(await create(80).catch(error => error)).toBeInstanceOf(DodoPayments.APIConnectionTimeoutError)
  expect(dodo.state.sessions.size).toBe(2)
  expect((await create()).session_id).toMatch(/^cks_/)
})

test('a webhook reaches a real receiver, verified by its endpoint', async () => {
  const arrived = Promise.withResolvers<string>()
  const receiver = serve(async request => {
    arrived.resolve(await request.text())
    return new Response(null, { status: 204 })
  })
  stops.push(receiver.stop)
  const { dodo, create } = await served({ endpoints: [{ url: `${receiver.url}/webhooks/dodo` }] })
  await dodo.control.pay((await create()).session_id)
  expect(JSON.parse(await arrived.promise)).toMatchObject({
    type: 'payment.succeeded',
    data: { metadata: { n: '1' } },
  })
  await dodo.deliveries.idle()
  expect(dodo.deliveries.log).toMatchObject([{ state: 'delivered', attempts: [{ status: 204 }] }])
})

test('another process can pay, refund, dispute and look, over HTTP', async () => {
  const { create, control, client } = await served()
  const { session_id } = await create()
  const payment = (await (await control(`sessions/${session_id}/pay`, { country: 'DE' })).json()) as {
    payment_id: string
  }
  expect(payment).toMatchObject({ status: 'succeeded', total_amount: 1000, tax: 160 })
  const refund = await (await control(`payments/${payment.payment_id}/refund`, { amount: 400 })).json()
  expect(refund).toMatchObject({ status: 'succeeded', amount: 400 })
  const dispute = (await (await control(`payments/${payment.payment_id}/dispute`, {})).json()) as {
    dispute_id: string
  }
  await control(`disputes/${dispute.dispute_id}/resolve`, { outcome: 'lost' })
  expect(await client.payments.retrieve(payment.payment_id)).toMatchObject({
    refund_status: 'partial',
    disputes: [{ dispute_status: 'dispute_lost' }],
  })
  const state = (await (await control('state')).json()) as Record<string, { count: number }>
  expect([state['sessions']?.count, state['payments']?.count, state['refunds']?.count]).toEqual([1, 1, 1])
  const calls = (await (await control('calls')).json()) as { byRoute: Record<string, number> }
  expect(calls.byRoute).toEqual({ 'POST /products': 1, 'POST /checkouts': 1, 'GET /payments/*': 1 })
})

test('another process can set faults, script outcomes and move the clock', async () => {
  const { create, control, client } = await served()
  expect(
    (
      await control('faults', {
        path: '~^/check',
        method: 'POST',
        fault: { kind: 'status', status: 503 },
        times: 1,
      })
    ).status,
  ).toBe(200)
  expect(await create().catch(error => error.status)).toBe(503)
  const { session_id } = await create()
  await control('faults', { path: '/checkouts', fault: { kind: 'reset' } })
  await control('faults', undefined, 'DELETE')
  expect((await create()).session_id).toMatch(/^cks_/)

  await control('refunds', { scripts: [{ initial: 'review' }] })
  const payment = (await (await control(`sessions/${session_id}/pay`, {})).json()) as { payment_id: string }
  const refund = await client.refunds.create({ payment_id: payment.payment_id })
  expect(refund.status).toBe('review')

  const late = await create()
  await control('clock/advance', { ms: 25 * 3_600_000 })
  const answer = await control(`sessions/${late.session_id}/pay`, {})
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'NOT_FOUND'])
})

test('a control that makes no sense is refused, not guessed at', async () => {
  const { control } = await served()
  expect((await control('sessions/cks_x/pay', { outcome: 'succeeded' })).status).toBe(404)
  expect((await control('faults', { path: '/x', fault: { kind: 'explode' } })).status).toBe(422)
  expect((await control('clock/advance', { ms: -1 })).status).toBe(422)
  expect((await control('nothing')).status).toBe(404)
})
