import { expect, test } from 'bun:test'
import DodoPayments from 'dodopayments'
import { Webhook } from 'standardwebhooks'
import { createFakeDodo } from '../../../sandbox/dodo/fake-dodo.ts'
import { signedHeaders } from '../../../sandbox/dodo/signature.ts'
import { DAY, HOUR, paid, refusal, setUp } from './support.ts'

test('a delivery is signed as the Standard Webhooks specification wants', () => {
  const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
  const body = '{"type":"payment.succeeded"}'
  const headers = signedHeaders('msg_1', new Date(), body, [secret])
  expect(new Webhook(secret).verify(body, headers)).toEqual({ type: 'payment.succeeded' })
  expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature')
  expect(() => new Webhook(secret).verify(body, { ...headers, 'webhook-id': 'msg_2' })).toThrow(
    'No matching signature',
  )
  const old = signedHeaders('msg_1', new Date(Date.now() - 301_000), body, [secret])
  expect(() => new Webhook(secret).verify(body, old)).toThrow('too old')
})

test('the official SDK accepts a delivery over real time', async () => {
  const { promise: arrived, resolve } = Promise.withResolvers<{
    body: string
    headers: Record<string, string>
  }>()
  const dodo = createFakeDodo({
    endpoints: [{ url: 'http://receiver.test/' }],
    transport: async (input, init) => {
      const request = new Request(String(input), init)
      resolve({ body: await request.text(), headers: Object.fromEntries(request.headers) })
      return new Response(null, { status: 204 })
    },
  })
  await dodo.control.createForeignPayment({
    amount: 100,
    currency: 'USD',
    metadata: { lago_invoice_id: 'theirs' },
  })
  const { body, headers } = await arrived
  const client = (webhookKey: string) =>
    new DodoPayments({ bearerToken: 'x', webhookKey, baseURL: 'http://dodo.test' })
  expect(client(dodo.webhookSecrets[0] ?? '').webhooks.unwrap(body, { headers })).toMatchObject({
    type: 'payment.succeeded',
    data: { metadata: { lago_invoice_id: 'theirs' } },
  })
  const wrong = `whsec_${Buffer.from('wrong').toString('base64')}`
  expect(() => client(wrong).webhooks.unwrap(body, { headers })).toThrow('No matching signature')
})

test('the envelope has four fields and no id; the id is in the header', async () => {
  const world = setUp()
  await paid(world, 1000)
  await world.clock.runDue()
  const [delivery] = world.received
  expect(Object.keys(JSON.parse(delivery?.body ?? '{}')).toSorted()).toEqual([
    'business_id',
    'data',
    'timestamp',
    'type',
  ])
  expect(delivery?.data['payload_type']).toBe('Payment')
  expect(delivery?.id).toMatch(/^msg_/)
})

test('a refused delivery is tried eight times in about 28 hours, under one id', async () => {
  const world = setUp()
  world.receiver.status = 503
  await paid(world, 1000)
  await world.clock.advance(3 * DAY)
  const MINUTE = 60
  const H = 60 * MINUTE
  const waits = [0, 5, 5 * MINUTE, 30 * MINUTE, 2 * H, 5 * H, 10 * H, 10 * H]
  let at = 0
  expect(world.received.map(({ second }) => second)).toEqual(waits.map(wait => (at += wait)))
  expect(new Set(world.received.map(({ id }) => id)).size).toBe(1)
  expect(world.dodo.deliveries.log[0]?.state).toBe('failed')
})

test('a retry shows the payment as it is by then, not as it was', async () => {
  const world = setUp()
  const payment = await world.dodo.control.createForeignPayment({
    amount: 100,
    currency: 'USD',
    status: 'processing',
  })
  world.receiver.status = 500
  await world.clock.runDue()
  await world.dodo.control.settle(payment.payment_id, 'succeeded')
  world.receiver.status = 200
  await world.clock.advance(5000)
  const [first, ...rest] = world.received.filter(({ type }) => type === 'payment.processing')
  expect(first?.data['status']).toBe('processing')
  expect(rest).toMatchObject([{ id: first?.id ?? '', data: { status: 'succeeded' } }])
})

test('every endpoint has its own id and secret for one event', async () => {
  const world = setUp({ endpoints: [{ url: 'http://receiver.test/a' }, { url: 'http://receiver.test/b' }] })
  await paid(world, 1000)
  await world.clock.runDue()
  expect(world.received.map(({ type }) => type)).toEqual(['payment.succeeded', 'payment.succeeded'])
  expect(world.received[0]?.id).not.toBe(world.received[1]?.id ?? '')
  expect(new Set(world.dodo.webhookSecrets).size).toBe(2)
})

test('after a rotation both secrets sign for a day, then the new one alone', async () => {
  const world = setUp()
  const [endpoint] = (await world.client.webhooks.list()).data
  const [old = ''] = world.dodo.webhookSecrets
  const fresh = world.dodo.control.rotateWebhookSecret(endpoint?.id ?? '')
  const accepts = async () => {
    world.received.length = 0
    await world.dodo.control.createForeignPayment({ amount: 100, currency: 'USD' })
    await world.clock.runDue()
    const { headers = {}, body = '', id = '' } = world.received[0] ?? {}
    const sent = headers['webhook-signature']?.split(' ') ?? []
    return [old, fresh].map(secret => {
      const at = new Date(Number(headers['webhook-timestamp']) * 1000)
      return sent.includes(signedHeaders(id, at, body, [secret])['webhook-signature'] ?? '')
    })
  }
  expect(await accepts()).toEqual([true, true])
  await world.clock.advance(24 * HOUR)
  expect(await accepts()).toEqual([false, true])
  expect((await world.client.webhooks.retrieveSecret(endpoint?.id ?? '')).secret).toBe(fresh)
})

test('an endpoint made through the API gets what its filter lets through', async () => {
  const world = setUp({ endpoints: [] })
  const webhook = await world.client.webhooks.create({
    url: 'http://receiver.test/made',
    filter_types: ['refund.succeeded'],
    idempotency_key: 'setup',
    headers: { 'x-tenant': 'ours' },
  })
  const again = await world.client.webhooks.create({
    url: 'http://receiver.test/made',
    idempotency_key: 'setup',
  })
  expect(again.id).toBe(webhook.id)
  expect((await world.client.webhooks.retrieveSecret(webhook.id)).secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/)
  const { payment } = await paid(world, 1000)
  await world.dodo.control.createRefund(payment.payment_id)
  await world.clock.runDue()
  expect(world.types()).toEqual(['refund.succeeded'])
  expect(world.received[0]?.headers['x-tenant']).toBe('ours')

  await world.client.webhooks.update(webhook.id, { disabled: true })
  expect((await world.client.webhooks.retrieve(webhook.id)).disabled).toBe(true)
  await world.client.webhooks.delete(webhook.id)
  expect(await refusal(world.client.webhooks.retrieve(webhook.id))).toBe('404 NOT_FOUND')
})

test('endpoints are listed behind a cursor', async () => {
  const endpoints = ['a', 'b', 'c'].map(path => ({ url: `http://receiver.test/${path}` }))
  const world = setUp({ endpoints })
  const urls: string[] = []
  for await (const webhook of world.client.webhooks.list({ limit: 2 })) urls.push(webhook.url)
  expect(urls).toEqual(endpoints.map(({ url }) => url))
})

test('with the switch on, the webhook comes before the answer to the call that caused it', async () => {
  const world = setUp({ refunds: { initial: 'succeeded' } })
  const { payment } = await paid(world, 1000)
  world.dodo.deliveries.beforeResponse = true
  const answered = world.client.refunds
    .create({ payment_id: payment.payment_id })
    .then(() => world.types().at(-1))
  expect(await answered).toBe('refund.succeeded')
})

test('an event of a type nobody knows yet is sent like any other', async () => {
  const world = setUp()
  await world.dodo.control.emit('payment.teleported', 'Teleport', { distance: 7 })
  await world.clock.runDue()
  expect(world.received).toMatchObject([
    {
      type: 'payment.teleported',
      data: { payload_type: 'Teleport', distance: 7 },
      id: expect.stringMatching(/^msg_/),
    },
  ])
})
