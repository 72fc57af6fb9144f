import { afterAll, beforeAll, expect, test } from 'bun:test'
import { EventWatch } from '../../src/topup/event-watch.ts'
import { type Bench, startBench } from '../inbox/support.ts'
import { eventually } from '../support/world.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.end())

const hear = (event: string) => bench.sql`
  insert into deliveries (source, event_id, dedupe_key, type, body, outcome, received_at)
  values ('dodo', ${event}, ${event}, 'payment.succeeded', '{}', 'stored', now())`

const workOn = (event: string) =>
  bench.sql`update deliveries set outcome = 'applied' where dedupe_key = ${event}`

test('who begins to wait while the others are looked for is told of a look that was for him too', async () => {
  const { sql, time } = bench
  const watch = new EventWatch(sql, time)
  const patienceMs = 20_000
  await hear('first')
  await hear('second')
  const lock = await sql.reserve()
  await lock`begin`
  await lock`lock table deliveries`
  const first = watch.settled('first', time.now(), patienceMs)
  await eventually(
    async () =>
      await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    looks => looks.length > 0,
  )
  const second = watch.settled('second', time.now(), patienceMs)
  await lock`commit`
  lock.release()

  await workOn('first')
  expect(await first).toMatchObject({ dedupeKey: 'first', stored: false })
  await workOn('second')
  expect(await second).toMatchObject({ dedupeKey: 'second', stored: false })
})
