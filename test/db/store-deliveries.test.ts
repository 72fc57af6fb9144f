import { afterAll, beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Delivery } from '../../src/core/delivery.ts'
import { connect, type Sql } from '../../src/db/connection.ts'
import { storeDeliveries } from '../../src/db/queries/store-deliveries.ts'
import { freshDatabase } from '../support/database.ts'

let sql: Sql
let made = 0
beforeAll(async () => {
  sql = connect(await freshDatabase(), { max: 1 })
})
afterAll(() => sql.end())

const delivery = (body: string): Delivery => ({
  source: 'lago',
  eventId: `event-${++made}`,
  dedupeKey: `lago:${made}`,
  type: 'invoice.created',
  claimedKey: `invoice:${made}`,
  sessionId: null,
  paymentId: null,
  headers: {},
  body,
  digest: {},
  ignored: false,
  urgent: false,
})

test('every body of a batch is kept byte for byte and in its own row, whatever JSON it holds', async () => {
  const spaces = fc.constantFrom('', ' ', '\n', '\t', '\r\n')
  const body = fc
    .tuple(
      fc.jsonValue({ noUnicodeString: false }),
      spaces,
      fc.constantFrom('"\\u001e"', '"\\u0000"', '"é\u2028😀"', '0'),
    )
    .map(([value, space, odd]) => `${space}[${JSON.stringify(value)},${space}${odd}]${space}`)
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 20 }), async bodies => {
      const batch = bodies.map(delivery)
      const stored = await storeDeliveries(sql, batch, new Date())
      expect(stored).toHaveLength(batch.length)
      const rows = await sql<{ key: string; body: string }[]>`
        select dedupe_key as key, body from deliveries where dedupe_key = any(${batch.map(d => d.dedupeKey)}) order by id`
      expect(rows.map(({ key, body }) => ({ key, body }))).toEqual(
        batch.map(({ dedupeKey, body }) => ({ key: dedupeKey, body })),
      )
    }),
    { numRuns: 60 },
  )
})

test('a batch keeps the order in which its deliveries came, and a repeated one changes nothing', async () => {
  const batch = Array.from({ length: 50 }, (_, n) => delivery(`{"n":${n}}`))
  await storeDeliveries(sql, batch, new Date())
  expect(await storeDeliveries(sql, batch, new Date())).toEqual([])
  const rows = await sql<{ body: string }[]>`
    select body from deliveries where dedupe_key = any(${batch.map(d => d.dedupeKey)}) order by id`
  expect(rows.map(row => row.body)).toEqual(batch.map(d => d.body))
})
