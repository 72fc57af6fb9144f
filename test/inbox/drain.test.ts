import { afterEach, beforeEach, expect, test } from 'bun:test'
import { type Outside, startOutside } from '../chaos/outside.ts'
import { invoiceWebhook, lagoHeaders, post } from '../http/support.ts'
import { eventually } from '../support/world.ts'

let outside: Outside
beforeEach(async () => {
  outside = await startOutside()
}, 20_000)
afterEach(() => outside.stop(), 20_000)

const leased = () => outside.sql`select key from payables where lease_until is not null`

test('SIGTERM ends the process with 0 when what it was doing is done, and what it holds is given back', async () => {
  const { lago, dodo, sql } = outside
  const bridge = await outside.spawn({ LEASE: '60s' })
  dodo.faults.add({ method: 'POST', path: '/checkouts', fault: { kind: 'slow', ms: 700 } })
  const id = lago.control.createInvoice().lago_id
  await eventually(leased, rows => rows.length === 1)
  await Bun.sleep(150)
  bridge.kill('SIGTERM')
  expect(await bridge.exited).toBe(0)

  expect(await leased()).toHaveLength(0)
  const intents =
    await sql`select verb, state from intents where payable_key = ${`invoice:${id}`} order by started_at`
  expect(intents[0]).toMatchObject({ verb: 'open-checkout', state: 'done' })
  expect(intents.filter(({ state }) => state === 'started')).toHaveLength(0)
  expect(lago.control.getInvoice({ invoice_id: id }).metadata).toHaveLength(1)
}, 20_000)

test('every request that arrives during a drain is stored and answered, or not taken at all', async () => {
  const { lago, dodo, sql } = outside
  const bridge = await outside.spawn()
  dodo.faults.add({ method: 'POST', path: '/checkouts', fault: { kind: 'slow', ms: 500 } })
  lago.control.createInvoice()
  await eventually(leased, rows => rows.length === 1)
  const outcomes: { id: string; status: number }[] = []
  const deliver = async () => {
    const id = crypto.randomUUID()
    const body = invoiceWebhook(id)
    const status = await post(`${bridge.url}/webhooks/lago`, body, lagoHeaders(body)).then(
      answer => answer.status,
      () => 0,
    )
    outcomes.push({ id, status })
  }
  const traffic = (async () => {
    for (let n = 0; n < 60; n++) {
      await Promise.all([deliver(), deliver()])
      await Bun.sleep(10)
    }
  })()
  await Bun.sleep(100)
  bridge.kill('SIGTERM')
  expect(await bridge.exited).toBe(0)
  await traffic
  const kept = new Set(
    (await sql<{ key: string }[]>`select payable_key as key from deliveries`).map(({ key }) => key),
  )
  expect(outcomes.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
  expect(outcomes.filter(({ status }) => status === 0).length).toBeGreaterThan(0)
  for (const { id, status } of outcomes) {
    expect([200, 0]).toContain(status)
    if (status === 200) expect(kept).toContain(`invoice:${id}`)
  }
}, 20_000)

test('another process takes over at once what a drained one gave back', async () => {
  const { lago, dodo } = outside
  const first = await outside.spawn({ LEASE: '60s' })
  dodo.faults.add({ method: 'POST', path: '/checkouts', fault: { kind: 'slow', ms: 300 } })
  const ids = Array.from({ length: 30 }, (_, n) => lago.control.createInvoice({ customer: `c${n}` }).lago_id)
  await eventually(leased, rows => rows.length > 0)
  first.kill('SIGTERM')
  expect(await first.exited).toBe(0)
  dodo.faults.clear()
  await outside.spawn()
  for (const { id, state } of lago.deliveries.log) if (state !== 'delivered') await lago.deliveries.replay(id)
  const began = performance.now()
  await eventually(
    () => ids.filter(id => lago.control.getInvoice({ invoice_id: id }).metadata?.length === 1).length,
    count => count === ids.length,
    5_000,
  )
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(dodo.faults.count('POST', '/checkouts')).toBe(ids.length)
}, 30_000)
