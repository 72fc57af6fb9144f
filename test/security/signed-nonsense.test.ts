import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { dodoHeaders, atRest as everythingAtRest, footprint, post } from '../http/support.ts'
import { checkout, payableOf, until } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

/** Long, and not to be compressed: what an index cannot hold. */
const long = Array.from({ length: 300 }, () => crypto.randomUUID()).join('')

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const send = (data: object, type = 'payment.succeeded') => {
  const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data })
  return post(`${world.bridge.url}/webhooks/dodo`, body, dodoHeaders(body))
}

const payment = (more: object) => ({
  payload_type: 'Payment',
  payment_id: `pay_${crypto.randomUUID()}`,
  status: 'succeeded',
  total_amount: 1000,
  tax: 0,
  currency: 'USD',
  created_at: new Date().toISOString(),
  customer: { customer_id: 'cus_1' },
  metadata: {},
  ...more,
})

describe('a signed webhook with a value that cannot be kept never blocks the invoice it names', () => {
  test.each([
    ['a date that is none', { created_at: 'yesterday' }],
    ['a year that Postgres cannot read', { created_at: '+275760-09-13T00:00:00.000Z' }],
    ['a year before the first', { created_at: '-000001-01-01T00:00:00Z' }],
    ['an amount beyond all money', { total_amount: 1e300 }],
    ['a currency longer than an index', { currency: long }],
    ['a session longer than an index', { checkout_session_id: long }],
  ])('%s', async (_, more) => {
    const { lago_id } = world.lago.control.createInvoice()
    const session = await checkout(world, lago_id)
    expect((await send(payment({ ...more, metadata: { lago_invoice_id: lago_id } }))).status).toBe(200)
    await until(world, lago_id, row => row.attempts === 0)
    await world.dodo.control.pay(session.id)
    await until(world, lago_id, row => row.state === 'paid')
    expect((await payableOf(world, lago_id))?.attention).toEqual([])
  })

  test.each([
    ['an amount of four hundred digits', { amount: '9'.repeat(400) }],
    ['a date that is none', { created_at: 'yesterday' }],
  ])('a dispute with %s', async (_, more) => {
    const { lago_id } = world.lago.control.createInvoice()
    const session = await checkout(world, lago_id)
    const { payment_id } = await world.dodo.control.pay(session.id)
    await until(world, lago_id, row => row.state === 'paid')
    const dispute = { dispute_id: 'dp_1', payment_id, amount: '5', currency: 'USD', dispute_stage: 'dispute', dispute_status: 'dispute_opened', created_at: new Date().toISOString() } // biome-ignore format: one object
    expect((await send({ ...dispute, ...more }, 'dispute.opened')).status).toBe(200)
    const row = await until(world, lago_id, ({ attempts }) => attempts === 0)
    expect(row.state).toBe('paid')
  })
})

describe('an id that no index can hold', () => {
  test.each([
    ['of a payment', payment({ payment_id: long })],
    ['of a payment of an odd shape', { payment_id: long }],
  ])('%s is answered 400: sending it again would not help', async (_, data) => {
    await everythingAtRest(world)
    const before = await footprint(world)
    expect(await send(data)).toMatchObject({ status: 400, body: { code: 'not_a_webhook' } })
    expect(await footprint(world)).toEqual(before)
  })

  test('of a top-up was not written by us, so the payment is not ours', async () => {
    expect(await send(payment({ metadata: { topup_id: long } }))).toMatchObject({
      status: 200,
      body: { sync_status: 'ignored' },
    })
  })

  test('of the event is kept as its hash, and known again', async () => {
    const body = JSON.stringify({ type: 'something.new', data: {} })
    const headers = dodoHeaders(body, { id: `msg_${long}` })
    const door = `${world.bridge.url}/webhooks/dodo`
    expect((await post(door, body, headers)).status).toBe(200)
    expect((await post(door, body, headers)).body['sync_status']).toBe('seen')
  })
})

test('a payment id with a path in it reaches no other address', async () => {
  await send({ payment_id: '../refunds' }, 'payment.succeeded')
  const key = 'stray:../refunds'
  await eventually(
    () => world.bridge.sql`select attention from payables where key = ${key} and due_at is null`,
    rows => rows.length === 1,
    20_000,
  )
  expect(world.dodo.faults.count('GET', '/refunds')).toBe(0)
})
