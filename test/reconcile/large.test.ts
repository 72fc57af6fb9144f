import { afterEach, expect, test } from 'bun:test'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

const MANY = 60_000

test('a sweep over the books of years comes to its end: a search that reads whole tables may take its time', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 500 } } })
  const { sql } = world.bridge
  const old = new Date('2025-01-01T00:00:00Z')
  await sql`
    insert into payables (key, kind, pay_token, state, created_at, updated_at)
    select 'invoice:' || gen_random_uuid(), 'invoice', 'token' || n, 'given_up', ${old}, ${old} from generate_series(1, ${MANY}) n`
  await sql`
    insert into sessions (id, payable_key, attempt, cause, amount, currency, product_id, url, created_at, expires_at, read_at)
    select 'cks_' || substr(pay_token, 6), key, 1, 'due', 100, 'USD', 'pdt_1', '', ${old}, ${new Date('2025-01-02T00:00:00Z')}, ${old}
    from payables where pay_token like 'token%'`
  await sql`
    insert into payments (id, payable_key, session_id, status, amount, tax, currency, created_at, read_at)
    select 'pay_' || s.id, s.payable_key, s.id, 'succeeded', 100, 0, 'USD', ${old}, ${old} from sessions s`
  const inserted = new Date()
  await eventually(
    () => sql`select 1 from marks where name = 'sweep:here' and (value #>> '{}')::timestamptz > ${inserted}`,
    rows => rows.length > 0,
    20_000,
  )
  expect(await sql`select 1 from sessions`).toHaveLength(MANY)
}, 60_000)
