import { afterEach, expect, test } from 'bun:test'
import { dodoHeaders, lagoHeaders, post } from '../http/support.ts'
import { eventually, startWorld, type World } from '../support/world.ts'
import {
  atRest,
  carry,
  checkout,
  effects,
  inLago,
  intentsOf,
  invoiceIn,
  payableOf,
  paymentsInLago,
} from './story.ts'

let world: World
afterEach(() => world.stop())

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map(rest => [item, ...rest]),
  )
}

/** The same events as Dodo and Lago would tell them, each with the body it had at its time. */
async function eventsOf(id: string) {
  const session = await checkout(world, id)
  const open = await world.dodo.control.pay(session, { outcome: 'processing' })
  const frozen = structuredClone(open)
  const succeeded = structuredClone(await world.dodo.control.settle(open.payment_id, 'succeeded'))
  const aboutDodo = (type: string, data: object, at: number) => {
    const body = JSON.stringify({ business_id: 'bus_1', type, timestamp: new Date(at).toISOString(), data })
    const headers = dodoHeaders(body)
    return () => post(`${world.bridge.url}/webhooks/dodo`, body, headers)
  }
  const aboutLago = (type: string) => {
    const invoice = { ...inLago(world, id), payment_status: 'pending', total_due_amount_cents: 1000 }
    const body = JSON.stringify({ webhook_type: type, object_type: 'invoice', invoice })
    const headers = lagoHeaders(body)
    return () => post(`${world.bridge.url}/webhooks/lago`, body, headers)
  }
  const now = Date.now()
  return {
    processing: aboutDodo('payment.processing', frozen, now - 2_000),
    failed: aboutDodo(
      'payment.failed',
      { ...frozen, status: 'failed', error_code: 'INSUFFICIENT_FUNDS' },
      now - 1_000,
    ),
    succeeded: aboutDodo('payment.succeeded', succeeded, now),
    created: aboutLago('invoice.created'),
    overdue: aboutLago('invoice.payment_overdue'),
  }
}

test('in every order, and each of them twice, the deliveries of a payment end in the same state', async () => {
  world = await startWorld()
  const names = ['processing', 'failed', 'succeeded', 'created', 'overdue'] as const
  const orders = permutations(names)
  expect(orders).toHaveLength(120)
  world.dodo.deliveries.drop(() => true)
  const stories = orders.map((_, n) => invoiceIn(world, { customer: `cust_${n}` }))
  await eventually(
    () => world.dodo.state.sessions.all().length,
    count => count === orders.length,
  )
  await atRest(world)
  await Promise.all(
    orders.map(async (order, n) => {
      const events = await eventsOf(stories[n] ?? '')
      for (const name of order) expect((await events[name]()).status).toBe(200)
      for (const name of order) expect((await events[name]()).body['sync_status']).toBe('seen')
    }),
  )
  await atRest(world)
  for (const id of stories) {
    expect(paymentsInLago(world, id)).toHaveLength(1)
    expect(inLago(world, id)).toMatchObject({ payment_status: 'succeeded', total_due_amount_cents: 0 })
    expect(await payableOf(world, id)).toMatchObject({ state: 'paid', attention: [] })
  }
  expect(world.dodo.faults.count('POST', '/checkouts')).toBe(120)
  expect(world.lago.faults.count('POST', '/api/v1/payments')).toBe(120)
  expect(world.dodo.faults.count('POST', '/refunds')).toBe(0)
}, 20_000)

test('deliveries that overtake the answers to our own calls change nothing', async () => {
  world = await startWorld()
  world.lago.deliveries.beforeResponse = true
  world.dodo.deliveries.beforeResponse = true
  const id = await carry(world)
  await atRest(world)
  expect(effects(world)).toEqual({ checkouts: 1, refunds: 0, updates: 1, payments: 1 })
  expect(paymentsInLago(world, id)).toHaveLength(1)
})

test('a payment that is told before the answer to its checkout has come back is found all the same', async () => {
  world = await startWorld({ config: usual => ({ dodo: { ...usual.dodo, timeoutMs: 300 } }) })
  world.dodo.faults.add({ method: 'POST', path: '/checkouts', fault: { kind: 'hang' }, times: 1 })
  const id = invoiceIn(world)
  const [session] = await eventually(
    () => world.dodo.state.sessions.all(),
    rows => rows.length === 1,
  )
  await world.dodo.control.pay(session?.id ?? '')
  const row = await eventually(
    () => payableOf(world, id),
    seen => (seen?.attention.length ?? 0) > 0,
  )
  expect(row?.attention).toMatchObject([{ reason: 'session_mismatch' }])
  expect(paymentsInLago(world, id)).toHaveLength(0)
})

test('deliveries shuffled and doubled over many invoices at once end where the orderly ones do', async () => {
  world = await startWorld()
  for (const { deliveries } of [world.lago, world.dodo]) {
    deliveries.shuffle(150)
    deliveries.duplicate(3)
  }
  const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => carry(world, { customer: `c${n}` })))
  await atRest(world)
  expect(effects(world)).toEqual({ checkouts: 30, refunds: 0, updates: 30, payments: 30 })
  for (const id of ids) expect(paymentsInLago(world, id)).toHaveLength(1)
}, 20_000)

test('a replayed webhook has no effect but a fresh look', async () => {
  world = await startWorld()
  const id = await carry(world)
  await atRest(world)
  const before = {
    effects: effects(world),
    intents: await intentsOf(world, id),
    row: await payableOf(world, id),
  }
  for (const { deliveries } of [world.lago, world.dodo])
    for (const delivery of deliveries.log) await deliveries.replay(delivery.id)
  const stale = JSON.stringify({
    webhook_type: 'invoice.created',
    object_type: 'invoice',
    invoice: { lago_id: id, status: 'finalized', payment_status: 'pending', total_amount_cents: 99_999 },
  })
  expect((await post(`${world.bridge.url}/webhooks/lago`, stale, lagoHeaders(stale))).status).toBe(200)
  await atRest(world)
  expect(effects(world)).toEqual(before.effects)
  expect(await intentsOf(world, id)).toEqual(before.intents)
  expect((await payableOf(world, id))?.state).toBe('paid')
})
