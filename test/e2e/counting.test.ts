import { afterEach, describe, expect, test } from 'bun:test'
import { lagoHeaders, post } from '../http/support.ts'
import { eventually, startWorld, type World } from '../support/world.ts'
import {
  atRest,
  carry,
  checkout,
  effects,
  inLago,
  invoiceIn,
  paymentsInLago,
  reaches,
  sessionsOf,
} from './story.ts'

let world: World
afterEach(() => world.stop())

const ONE_OF_EACH = { checkouts: 1, refunds: 0, updates: 1, payments: 1 }

test('one invoice is one checkout, one link and one payment recorded', async () => {
  world = await startWorld()
  const id = await carry(world, { fees: [1000], taxes: [20] })
  await atRest(world)
  expect(effects(world)).toEqual(ONE_OF_EACH)
  const [payment, ...others] = paymentsInLago(world, id)
  expect(others).toEqual([])
  expect(payment).toMatchObject({ amount_cents: 1200, reference: expect.stringMatching(/^pay_/) })
})

test('an invoice carried to paid costs at most two calls to Dodo and four to Lago, reads included', async () => {
  world = await startWorld()
  await carry(world)
  await atRest(world)
  const before = { lago: world.lago.faults.calls.total, dodo: world.dodo.faults.calls.total }
  await carry(world)
  await atRest(world)
  expect(world.dodo.faults.calls.total - before.dodo).toBeLessThanOrEqual(2)
  expect(world.lago.faults.calls.total - before.lago).toBeLessThanOrEqual(4)
})

test('an echo of our own doing makes us ask nobody', async () => {
  world = await startWorld()
  const id = await carry(world)
  await atRest(world)
  const calls = world.lago.faults.calls.total
  const echo = world.lago.deliveries.log.filter(d => d.type === 'invoice.payment_status_updated')
  expect(echo.length).toBeGreaterThan(0)
  for (const { id: delivery } of echo) await world.lago.deliveries.replay(delivery)
  await atRest(world)
  expect(world.lago.faults.calls.total).toBe(calls)
  expect(inLago(world, id).payment_status).toBe('succeeded')
})

test('a delivery sent fifty times at once is stored once and has one effect', async () => {
  world = await startWorld()
  world.lago.deliveries.duplicate(50)
  world.dodo.deliveries.duplicate(50)
  const id = await carry(world)
  await atRest(world)
  expect(effects(world)).toEqual(ONE_OF_EACH)
  expect(paymentsInLago(world, id)).toHaveLength(1)
  const [row] = await world.bridge.sql<{ kept: number; ids: number }[]>`
    select count(*)::int as kept, count(distinct event_id)::int as ids from deliveries`
  expect(row?.kept).toBe(row?.ids ?? 0)
})

test('fifty different deliveries about one invoice at once still open one checkout', async () => {
  world = await startWorld()
  const id = invoiceIn(world, { silent: true })
  const bodies = Array.from({ length: 50 }, (_, n) =>
    JSON.stringify({ webhook_type: 'invoice.created', object_type: 'invoice', invoice: { lago_id: id }, n }),
  )
  const answers = await Promise.all(
    bodies.map(body => post(`${world.bridge.url}/webhooks/lago`, body, lagoHeaders(body))),
  )
  expect(answers.every(answer => answer.body['sync_status'] === 'stored')).toBe(true)
  await world.dodo.control.pay(await checkout(world, id))
  await reaches(world, id, 'paid')
  await atRest(world)
  expect(effects(world)).toEqual(ONE_OF_EACH)
})

describe('all three invoice triggers lead to a checkout', () => {
  test.each([
    ['invoice.created', 'subscription'],
    ['invoice.one_off_created', 'one_off'],
    ['invoice.paid_credit_added', 'credit'],
    ['invoice.created', 'progressive_billing'],
  ] as const)('%s of a %s invoice', async (trigger, invoice_type) => {
    world = await startWorld()
    const id = await carry(world, { invoice_type })
    expect(world.lago.deliveries.log.map(({ type }) => type)).toContain(trigger)
    expect(inLago(world, id)).toMatchObject({ payment_status: 'succeeded', total_due_amount_cents: 0 })
    expect(effects(world)).toEqual(ONE_OF_EACH)
  })

  test('a one-off invoice announced as invoice.created, as with a tax provider, is collected too', async () => {
    world = await startWorld()
    const id = await carry(world, { invoice_type: 'one_off', tax_provider: true })
    expect(world.lago.deliveries.log.map(({ type }) => type)).toContain('invoice.created')
    expect(paymentsInLago(world, id)).toHaveLength(1)
  })
})

describe('the link in the metadata', () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ key: `k${n}`, value: `v${n}` }))
  const shown = (id: string) => (inLago(world, id).metadata ?? []).map(({ key, value }) => `${key}=${value}`)

  test.each([0, 1, 4])('joins %d entries of the merchant’s own and harms none', async count => {
    world = await startWorld()
    const id = invoiceIn(world, { metadata: entries(count) })
    await checkout(world, id)
    const metadata = await eventually(
      () => shown(id),
      seen => seen.length === count + 1,
    )
    expect(metadata.slice(0, count)).toEqual(entries(count).map(({ key, value }) => `${key}=${value}`))
    expect(metadata.at(-1)).toMatch(/^dodo_payment_url=http:\/\/localhost:3000\/pay\/[\w-]{22}$/)
  })

  test('stays away where five entries leave no room, and the invoice is collected all the same', async () => {
    world = await startWorld()
    const id = await carry(world, { metadata: entries(5) })
    await atRest(world)
    expect(shown(id)).toEqual(entries(5).map(({ key, value }) => `${key}=${value}`))
    expect(effects(world)).toEqual({ ...ONE_OF_EACH, updates: 0 })
  })

  test('never outgrows what Lago keeps, and cannot be guessed', async () => {
    world = await startWorld({ config: { publicUrl: `https://${'a'.repeat(60)}.${'b'.repeat(27)}.io` } })
    const id = invoiceIn(world)
    await checkout(world, id)
    const [link = ''] = await eventually(
      () => shown(id),
      seen => seen.length === 1,
    )
    const url = link.slice('dodo_payment_url='.length)
    expect(url.length).toBeLessThanOrEqual(140)
    expect(Buffer.from(url.slice(-22), 'base64url').length).toBe(16)
  })
})

describe('without a Lago licence', () => {
  test('the invoice is marked paid, and its metadata name the payment', async () => {
    world = await startWorld({ lago: { premium: false } })
    const id = await carry(world)
    const [session] = world.dodo.state.payments.all()
    expect(inLago(world, id)).toMatchObject({ payment_status: 'succeeded' })
    expect(inLago(world, id).metadata).toContainEqual(
      expect.objectContaining({ key: 'dodo_payment_id', value: session?.payment.payment_id }),
    )
    await atRest(world)
    expect(effects(world)).toMatchObject({ checkouts: 1, updates: 2, payments: 1 })
  })

  test('that a licence is missing is found out once, not for each invoice', async () => {
    world = await startWorld({ lago: { premium: false } })
    await carry(world)
    await carry(world)
    expect(effects(world)).toMatchObject({ checkouts: 2, payments: 1 })
  })

  test('full metadata do not stop the invoice from being marked paid', async () => {
    world = await startWorld({ lago: { premium: false } })
    const metadata = Array.from({ length: 5 }, (_, n) => ({ key: `k${n}`, value: 'v' }))
    const id = await carry(world, { metadata })
    expect(inLago(world, id)).toMatchObject({ payment_status: 'succeeded' })
    expect(inLago(world, id).metadata).toHaveLength(5)
  })

  test('an old Lago that has no such route is told by the payment status', async () => {
    world = await startWorld({ lago: { version: '1.16' } })
    const id = invoiceIn(world)
    await world.dodo.control.pay(await checkout(world, id))
    await eventually(
      () => inLago(world, id),
      seen => seen.payment_status === 'succeeded',
    )
    expect((await sessionsOf(world, id)).length).toBe(1)
  })
})
