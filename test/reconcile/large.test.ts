import { afterEach, expect, test } from 'bun:test'
import { connectPatiently, type Sql } from '../../src/db/connection.ts'
import { unreadSessions } from '../../src/db/queries/unfinished.ts'
import { type Bench, startBench } from '../inbox/support.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World | undefined
let bench: Bench | undefined
afterEach(async () => {
  await world?.stop()
  await bench?.end()
  world = undefined
  bench = undefined
})

const MANY = 60_000
const OLD = new Date('2025-01-01T00:00:00Z')

const oldSessions = async (sql: Sql, many: number) => {
  await sql`
    insert into payables (key, kind, pay_token, state, created_at, updated_at)
    select 'invoice:' || gen_random_uuid(), 'invoice', 'token' || n, 'given_up', ${OLD}, ${OLD} from generate_series(1, ${many}) n`
  await sql`
    insert into sessions (id, payable_key, attempt, cause, amount, currency, product_id, url, created_at, expires_at, read_at)
    select 'cks_' || substr(pay_token, 6), key, 1, 'due', 100, 'USD', 'pdt_1', '', ${OLD}, ${new Date('2025-01-02T00:00:00Z')}, ${OLD}
    from payables where pay_token like 'token%'`
}

const theirPayments = (sql: Sql) => sql`
  insert into payments (id, payable_key, session_id, status, amount, tax, currency, created_at, read_at)
  select 'pay_' || s.id, s.payable_key, s.id, 'succeeded', 100, 0, 'USD', ${OLD}, ${OLD} from sessions s`

test('a sweep over the books of years comes to its end: a search that reads whole tables may take its time', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 500 } } })
  const { sql } = world.bridge
  await oldSessions(sql, MANY)
  await theirPayments(sql)
  const inserted = new Date()
  await eventually(
    () => sql`select 1 from marks where name = 'sweep:here' and (value #>> '{}')::timestamptz > ${inserted}`,
    rows => rows.length > 0,
    20_000,
  )
  expect(await sql`select 1 from sessions`).toHaveLength(MANY)
}, 60_000)

test('a search that is asked for time and again is planned for the tables as they have grown since', async () => {
  bench = await startBench()
  const patient = connectPatiently(bench.url, { max: 1 })
  const look = () => unreadSessions(patient, new Date(), new Date())
  await oldSessions(bench.sql, 20_000)
  for (let n = 0; n < 8; n++) await look()
  await theirPayments(bench.sql)
  const began = performance.now()
  expect(await look()).toEqual([])
  // Each compared with each takes a hundred times as long.
  expect(performance.now() - began).toBeLessThan(2_000)
  await patient.end()
}, 60_000)
