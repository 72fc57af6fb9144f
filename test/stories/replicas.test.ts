import { afterEach, expect, test } from 'bun:test'
import { inLago, quiet } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

const INVOICES = 200

test('two replicas under load, every webhook three times and out of order: each invoice is paid once, to the cent', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 400 } } })
  const { lago, dodo, bridge } = world
  const second = await world.replica()
  lago.control.addWebhookEndpoint({ webhook_url: `${second.url}/webhooks/lago`, signature_algo: 'hmac' })
  for (const side of [lago, dodo]) {
    side.deliveries.duplicate(3)
    side.deliveries.shuffle(300)
  }
  const ids = lago.control.createInvoices({ count: INVOICES, customers: 20, fees: [1234] })
  const paid = new Set<string>()
  await eventually(
    async () => {
      const open = await bridge.sql<{ id: string }[]>`select id from sessions`
      for (const { id } of open)
        if (!paid.has(id)) {
          paid.add(id)
          void dodo.control.pay(id)
        }
      return (await bridge.sql`select 1 from payables where state = 'paid'`).length
    },
    count => count === INVOICES,
    30_000,
  )
  await quiet(world)
  for (const id of ids)
    expect(inLago(world, id)).toEqual({ status: 'finalized', paymentStatus: 'succeeded', paid: 1234, due: 0 })
  expect(dodo.faults.count('POST', '/checkouts')).toBe(INVOICES)
  expect(lago.faults.count('POST', '/api/v1/payments')).toBe(INVOICES)
  expect(dodo.faults.count('POST', '/refunds')).toBe(0)
  const [sum] = await bridge.sql<{ recorded: number; payments: number }[]>`
    select sum(recorded_amount)::bigint as recorded, count(*)::int as payments from payments`
  expect(sum).toEqual({ recorded: INVOICES * 1234, payments: INVOICES })
  expect(
    await bridge.sql`select 1 from payables where attention <> '[]' or last_error is not null`,
  ).toHaveLength(0)
}, 60_000)

test('only one of three replicas sweeps at a time, and never more than once in a period', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 1000 } } })
  await world.replica()
  await world.replica()
  const lists = () => world.dodo.faults.count('GET', '/disputes')
  await eventually(lists, count => count === 1)
  await Bun.sleep(2300)
  expect(lists()).toBeLessThanOrEqual(4)
  expect(lists()).toBeGreaterThanOrEqual(2)
})

test('a replica that dies in the middle of its turn to sweep holds the others up for one lease at most', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 300 } } })
  const { bridge, lago } = world
  await eventually(
    async () => (await bridge.sql`select 1 from marks where name = 'sweep:turn'`).length,
    count => count === 1,
  )
  const dead = JSON.stringify({ holder: 'dead', until: new Date(Date.now() + 700) })
  await bridge.sql`update marks set value = ${dead}::text::jsonb, at = now() - interval '1 hour' where name = 'sweep:turn'`
  const { lago_id } = lago.control.createInvoice({ fees: [500], silent: true })
  await Bun.sleep(300)
  expect(await bridge.sql`select 1 from payables`).toHaveLength(0)
  await eventually(
    async () => (await bridge.sql`select 1 from sessions`).length,
    count => count === 1,
  )
  expect(inLago(world, lago_id).due).toBe(500)
})
