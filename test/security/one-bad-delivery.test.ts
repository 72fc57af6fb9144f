import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Delivery } from '../../src/core/delivery.ts'
import { asLagoInvoiceId, payableKey } from '../../src/core/ids.ts'
import { connect, type Sql } from '../../src/db/connection.ts'
import { Ingest } from '../../src/inbox/ingest.ts'
import { freshDatabase } from '../support/database.ts'
import { checkout, payableOf, until } from '../support/stories.ts'
import { eventually, startWorld } from '../support/world.ts'

let sql: Sql
beforeAll(async () => {
  sql = connect(await freshDatabase(), { max: 2 })
})
afterAll(() => sql.end())

function delivery(claimedKey: string): Delivery {
  const eventId = crypto.randomUUID()
  return { source: 'lago', eventId, dedupeKey: `lago:${eventId}`, type: 'invoice.created', claimedKey, sessionId: null, paymentId: null, headers: {}, body: '{}', digest: {}, ignored: false, urgent: false } // biome-ignore format: one object
}

const goodKey = () => {
  const id = asLagoInvoiceId(crypto.randomUUID())
  if (!id) throw new Error('no id')
  return payableKey.invoice(id)
}

test('a delivery that cannot be stored does not take those down that arrived with it', async () => {
  const ingest = new Ingest(sql, { now: () => new Date() })
  const bad = Array.from({ length: 300 }, () => crypto.randomUUID()).join('')
  const ends = await Promise.allSettled(
    [goodKey(), bad, goodKey(), goodKey()].map(key => ingest.store(delivery(key))),
  )
  expect(ends.map(end => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  const [row] = await sql<{ stored: number }[]>`select count(*)::int as stored from deliveries`
  expect(row?.stored).toBe(3)
})

test('what was learned and cannot be kept ends parked, not in a circle', async () => {
  const world = await startWorld({
    config: usual => ({ worker: { ...usual.worker, maxAttempts: 3, leaseMs: 500 } }),
  })
  try {
    const { lago_id } = world.lago.control.createInvoice()
    await checkout(world, lago_id)
    const key = `invoice:${lago_id}`
    // As an older version may have stored it: a payment without a date.
    const digest = { payments: [{ id: 'pay_odd', payable_key: '', status: 'succeeded', amount: '1', tax: '0', currency: 'USD', inexact: false, product_ids: [], setup: false, created_at: null, read_at: new Date() }] } // biome-ignore format: one object
    await world.bridge.sql`
      insert into deliveries (source, event_id, dedupe_key, type, payable_key, body, digest, outcome, received_at)
      values ('dodo', 'odd', 'dodo:odd', 'payment.succeeded', ${key}, '{}', ${JSON.stringify(digest)}::text::jsonb, 'stored', now())`
    await world.bridge.sql`update payables set due_at = now(), kicks = kicks + 1 where key = ${key}`
    const row = await until(world, lago_id, ({ attention }) => attention.length > 0)
    expect(row.attention).toMatchObject([{ reason: 'stuck' }])
    expect((await payableOf(world, lago_id))?.attempts).toBe(3)
  } finally {
    await world.stop()
  }
})

test('a payment of nobody we know that can never be read ends parked, not in a circle', async () => {
  const world = await startWorld({ config: usual => ({ worker: { ...usual.worker, maxAttempts: 3 } }) })
  try {
    world.dodo.faults.add({
      method: 'GET',
      path: '/payments/pay_never',
      fault: { kind: 'status', status: 400 },
    })
    await world.bridge.sql`
      insert into payables (key, kind, pay_token, due_at, created_at, updated_at)
      values ('stray:pay_never', 'stray', 'a-token-of-its-own----', now(), now(), now())`
    world.bridge.worker.kick()
    const [row] = await eventually(
      () => world.bridge.sql<{ attention: { reason: string }[]; due: Date | null }[]>`
        select attention, due_at as due from payables where key = 'stray:pay_never'`,
      ([seen]) => (seen?.attention.length ?? 0) > 0,
    )
    expect(row).toMatchObject({ attention: [{ reason: 'stuck' }], due: null })
  } finally {
    await world.stop()
  }
})
