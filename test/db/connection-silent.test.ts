import { afterEach, expect, test } from 'bun:test'
import { connect, type Sql } from '../../src/db/connection.ts'
import { Wire } from '../chaos/wire.ts'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/world.ts'

/** What a loaded machine may add to the four seconds. */
const SOON_MS = 8_000

let wire: Wire
const pools: Sql[] = []
afterEach(async () => {
  await Promise.all(pools.splice(0).map(sql => sql.end({ timeout: 0 })))
  wire.stop()
})

/** A pool behind a wire, with `max` connections that are all in use, and one straight to the database. */
async function behindWire(max: number): Promise<{ sql: Sql; direct: Sql }> {
  const url = new URL(await freshDatabase())
  const direct = connect(url.href, { max: 2 })
  wire = await new Wire(Number(url.port)).start()
  url.port = String(wire.port)
  const sql = connect(url.href, { max })
  pools.push(sql, direct)
  await Promise.all(Array.from({ length: max }, () => sql`select pg_sleep(0.1)`))
  return { sql, direct }
}

const took = async (work: Promise<unknown>): Promise<{ ms: number; failed: boolean }> => {
  const began = performance.now()
  const failed = await work.then(
    () => false,
    () => true,
  )
  return { ms: performance.now() - began, failed }
}

test('statements on connections that went without a word end in time, and those after them succeed', async () => {
  const { sql } = await behindWire(3)
  wire.silence()
  const asked = Array.from({ length: 9 }, (_, n) => took(sql`select ${n}::int`))
  await Bun.sleep(100)
  wire.forget()
  const ended = await Promise.all(asked)
  expect(ended.filter(({ failed }) => failed).length).toBeGreaterThanOrEqual(3)
  for (const { ms } of ended) expect(ms).toBeLessThan(SOON_MS)
  expect(await sql<{ n: number }[]>`select 1 as n`).toMatchObject([{ n: 1 }])
}, 30_000)

test('a connection is not waited for that was accepted and never answered', async () => {
  const { sql } = await behindWire(1)
  wire.silence()
  const first = await took(sql`select 1`)
  const second = await took(sql`select 1`)
  expect([first.failed, second.failed]).toEqual([true, true])
  expect(second.ms).toBeLessThan(SOON_MS)
}, 30_000)

test('a pool that is not asked for anything keeps its connections', async () => {
  const { sql } = await behindWire(1)
  const pid = async () => (await sql<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid
  const before = await pid()
  await Bun.sleep(5_000)
  expect(await pid()).toBe(before)
}, 30_000)

test('a long answer that keeps coming is waited for', async () => {
  const { sql } = await behindWire(1)
  const rows = await sql`select repeat('x', 100000) as x, n from generate_series(1, 100) as n`
  expect(rows).toHaveLength(100)
}, 30_000)

test('what a client locked that went without a word is free again in time', async () => {
  const { sql, direct } = await behindWire(1)
  await direct`create table held (id int primary key)`
  await direct`insert into held values (1)`
  const holding = sql.begin(async tx => {
    await tx`select 1 from held where id = 1 for update`
    wire.silence()
    wire.forget()
    await tx`select 1`
  })
  const { ms, failed } = await took(holding)
  expect(failed).toBe(true)
  expect(ms).toBeLessThan(SOON_MS)
  await eventually(
    () => direct`select 1 from held where id = 1 for update skip locked`,
    rows => rows.length === 1,
    SOON_MS,
  )
}, 30_000)

test('a lock that is not to be had ends the statement at the server too', async () => {
  const { sql, direct } = await behindWire(1)
  await direct`create table held (id int primary key)`
  await direct`insert into held values (1)`
  await direct.begin(async tx => {
    await tx`select 1 from held where id = 1 for update`
    const { ms, failed } = await took(sql`select 1 from held where id = 1 for update`)
    expect(failed).toBe(true)
    expect(ms).toBeLessThan(SOON_MS)
    const waiting = await tx`select 1 from pg_stat_activity where wait_event_type = 'Lock'
      and datname = current_database()`
    expect(waiting).toHaveLength(0)
  })
}, 30_000)
