import { afterAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { checkout, quiet, until } from '../support/stories.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
afterAll(() => world.stop())

/** What the operations page tells to run, with nothing left to wait for. */
const statement = (): string => {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
  const found = /delete from deliveries where [^;]+;/.exec(page)?.[0] ?? ''
  return found.replace('90 days', '0 days')
}

test('old webhooks can be deleted as the documents say: sent again they change nothing', async () => {
  world = await startWorld()
  const { lago, dodo, bridge } = world
  const { lago_id } = lago.control.createInvoice({ fees: [1500] })
  await dodo.control.pay((await checkout(world, lago_id)).id)
  await until(world, lago_id, row => row.state === 'paid')
  await Promise.all([lago.deliveries.idle(), dodo.deliveries.idle()])
  await quiet(world)
  const sent = [...lago.deliveries.log, ...dodo.deliveries.log]

  await bridge.sql.unsafe(statement())
  expect(await bridge.sql`select 1 from deliveries`).toHaveLength(0)
  for (const { id } of lago.deliveries.log) await lago.deliveries.replay(id)
  for (const { id } of dodo.deliveries.log) await dodo.deliveries.replay(id)
  await Promise.all([lago.deliveries.idle(), dodo.deliveries.idle()])
  await quiet(world)

  const again = await bridge.sql<{ outcome: string }[]>`select outcome from deliveries`
  expect(again.length).toBe(sent.length)
  expect(again.filter(row => row.outcome === 'stored')).toEqual([])
  expect(lago.control.getInvoice({ invoice_id: lago_id })).toMatchObject({
    payment_status: 'succeeded',
    total_paid_amount_cents: 1500,
  })
  expect(lago.faults.count('POST', '/api/v1/payments')).toBe(1)
  expect(dodo.faults.count('POST', '/checkouts')).toBe(1)
  expect(dodo.faults.count('POST', '/refunds')).toBe(0)
})
