import { afterEach, expect, test } from 'bun:test'
import { startBridge } from '../../src/bridge.ts'
import { reconcile } from '../../src/cli/reconcile-command.ts'
import { silentLog } from '../support/log.ts'
import { checkout, inLago, paymentsOf, quiet, sessionsOf, until } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

const nowhere = { out: () => {}, err: () => {} }

test('a webhook that is never delivered is found by the next sweep, invoice and payment alike', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 300 } } })
  const { lago, dodo } = world
  lago.deliveries.drop(() => true)
  dodo.deliveries.drop(() => true)
  const { lago_id: id } = lago.control.createInvoice({ fees: [1800] })
  await dodo.control.pay((await checkout(world, id)).id)
  await until(world, id, row => row.state === 'paid')
  expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 1800, due: 0 })
  expect(await world.bridge.sql`select 1 from deliveries`).toHaveLength(0)
  expect(lago.faults.count('POST', '/api/v1/payments')).toBe(1)
})

test('a webhook that is never delivered is found by the reconcile command', async () => {
  world = await startWorld()
  const { lago, dodo } = world
  const { lago_id: id } = lago.control.createInvoice({ fees: [1800] })
  const session = await checkout(world, id)
  dodo.deliveries.drop(() => true)
  await dodo.control.pay(session.id)
  expect(await reconcile(['--since', '1d'], world.config, nowhere)).toBe(0)
  expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 1800, due: 0 })
  expect(await paymentsOf(world, id)).toHaveLength(1)
})

test('an invoice that was unpaid before the bridge was installed is left alone until somebody asks for it', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 200 } } })
  const { lago, bridge } = world
  const { lago_id: id } = lago.control.createInvoice({ fees: [1800], silent: true })
  await bridge.sql`update marks set at = at + interval '1 hour' where name = 'sweep:first-start'`
  const swept = async () => (await bridge.sql`select 1 from marks where name = 'sweep:here'`).length
  await eventually(swept, count => count === 1)
  expect(await sessionsOf(world, id)).toHaveLength(0)
  expect(await reconcile(['--since', '30d'], world.config, nowhere)).toBe(0)
  expect(await sessionsOf(world, id)).toHaveLength(1)
})

test('Lago down for an hour: money that came meanwhile is recorded when it is back, once', async () => {
  world = await startWorld({
    config: usual => ({ worker: { ...usual.worker, backoffMs: 20, backoffMaxMs: 200, maxAttempts: 1000 } }),
  })
  const { lago, dodo, bridge } = world
  const ids = lago.control.createInvoices({ count: 5, fees: [700] })
  const sessions = []
  for (const id of ids) sessions.push(await checkout(world, id))
  const back = lago.faults.add({ path: /^\/api\//, fault: { kind: 'status', status: 500 } })
  for (const session of sessions) await dodo.control.pay(session.id)
  await eventually(
    async () => (await bridge.sql`select 1 from payables where attempts >= 3`).length,
    count => count === 5,
  )
  back()
  for (const id of ids) {
    await until(world, id, row => row.state === 'paid')
    expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 700, due: 0 })
    expect(world.lago.control.getInvoice({ invoice_id: id }).total_paid_amount_cents).toBe(700)
  }
  expect(await bridge.sql`select 1 from payables where last_error is not null`).toHaveLength(0)
})

test('Lago away for longer than the patience: parked with the error, and `payables retry` mends it', async () => {
  world = await startWorld({
    config: usual => ({ worker: { ...usual.worker, backoffMs: 1, backoffMaxMs: 5, maxAttempts: 3 } }),
  })
  const { lago, dodo } = world
  const { lago_id: id } = lago.control.createInvoice({ fees: [700] })
  const session = await checkout(world, id)
  const back = lago.faults.add({ path: /^\/api\//, fault: { kind: 'status', status: 500 } })
  await dodo.control.pay(session.id)
  const stuck = await until(world, id, row => row.attention.length > 0)
  expect(stuck.attention).toMatchObject([{ reason: 'stuck' }])
  back()
  const { payables } = await import('../../src/cli/payables-command.ts')
  expect(await payables(['retry', '--parked', '--by', 'ada'], world.config, nowhere)).toBe(0)
  await until(world, id, row => row.state === 'paid' && row.attention.length === 0)
  expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 700, due: 0 })
})

test('Dodo answers 500 after creating: a second checkout is opened, and a payment in the lost one still counts', async () => {
  world = await startWorld()
  const { lago, dodo } = world
  dodo.faults.add({
    method: 'POST',
    path: '/checkouts',
    fault: { kind: 'status-after', status: 500 },
    times: 1,
  })
  const { lago_id: id } = lago.control.createInvoice({ fees: [1100] })
  const session = await checkout(world, id)
  expect(dodo.faults.count('POST', '/checkouts')).toBe(2)
  expect(await sessionsOf(world, id)).toHaveLength(1)
  await dodo.control.pay(session.id)
  await until(world, id, row => row.state === 'paid')
  expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 1100, due: 0 })
})

for (const [side, method, path] of [
  ['lago', 'POST', '/api/v1/payments'],
  ['dodo', 'POST', '/refunds'],
] as const)
  test(`${method} ${path} loses its answer: it is looked up, and happens once`, async () => {
    world = await startWorld({ config: { latePayments: 'refund' } })
    const { lago, dodo } = world
    world[side].faults.add({ method, path, fault: { kind: 'lost-answer' }, times: 1 })
    const { lago_id: id } = lago.control.createInvoice({ fees: [1100] })
    const session = await checkout(world, id)
    if (side === 'dodo') {
      lago.control.voidInvoice({ invoice_id: id })
      await until(world, id, row => row.state === 'closed')
    }
    await dodo.control.pay(session.id)
    await eventually(
      () => paymentsOf(world, id),
      rows => (side === 'lago' ? rows[0]?.recorded === 1100 : rows[0]?.refunded === 1100),
    )
    await until(world, id, row => row.attention.length === 0)
    expect(world[side].faults.count(method, path)).toBe(1)
  })

test('the process is down for a day while 500 invoices are created: all are collected soon after it is back', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 3_600_000 } } })
  const { lago, bridge, config } = world
  await eventually(
    async () => (await bridge.sql`select 1 from marks where name = 'sweep:turn'`).length,
    count => count === 1,
  )
  await bridge.stop()
  lago.deliveries.drop(() => true)
  const ids = lago.control.createInvoices({ count: 500, customers: 50, fees: [900] })
  await lago.deliveries.idle()
  lago.deliveries.drop(null)

  const back = await startBridge({ config: { ...config, port: 0 }, log: silentLog })
  try {
    // It was a day: the turn to sweep is long due.
    await back.sql`update marks set at = at - interval '1 day' where name = 'sweep:turn'`
    await eventually(
      async () => (await back.sql`select 1 from sessions`).length,
      count => count === ids.length,
      30_000,
    )
    expect(await back.sql`select payable_key from sessions group by 1 having count(*) > 1`).toHaveLength(0)
  } finally {
    await back.stop()
  }
}, 60_000)

test('a search that fails keeps its cursor, lets the others look, and finds it the next time', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 300 } } })
  const { lago, dodo, bridge } = world
  const { lago_id: id } = lago.control.createInvoice({ fees: [1800] })
  const session = await checkout(world, id)
  const mended = dodo.faults.add({ method: 'GET', path: '/payments', fault: { kind: 'status', status: 500 } })
  dodo.deliveries.drop(() => true)
  await dodo.control.pay(session.id)
  const cursors = () =>
    bridge.sql<
      { name: string }[]
    >`select name from marks where name like 'sweep:%-%' and name <> 'sweep:first-start' order by 1`
  const seen = await eventually(cursors, rows => rows.length === 4)
  expect(seen.map(r => r.name)).toEqual([
    'sweep:dodo-disputes',
    'sweep:dodo-refunds',
    'sweep:lago-credit-notes',
    'sweep:lago-invoices',
  ])
  mended()
  await until(world, id, row => row.state === 'paid')
  await eventually(cursors, rows => rows.length === 5)
  await quiet(world)
})

test('a list entry of another shape stops the search loudly instead of being passed over', async () => {
  world = await startWorld()
  const { dodo } = world
  const payment = await dodo.control.createForeignPayment({ amount: 500, currency: 'USD' })
  const row = dodo.state.payments.get(payment.payment_id)
  if (row) Object.assign(row.payment, { total_amount: 'five' })
  const errors: string[] = []
  const code = await reconcile(['--dry-run'], world.config, { out: () => {}, err: text => errors.push(text) })
  expect(code).toBe(2)
  expect(errors.join()).toContain('the search dodo-payments failed')
})
