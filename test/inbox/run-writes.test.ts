import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Plan } from '../../src/core/plan/index.ts'
import { connect } from '../../src/db/connection.ts'
import { type Claim, claimDue, renewLeases } from '../../src/db/queries/claim-due.ts'
import { LeaseLost } from '../../src/db/queries/intents.ts'
import { wake } from '../../src/db/queries/wake.ts'
import { runWrites } from '../../src/inbox/run-writes.ts'
import { type Bench, duePayables, newKey, startBench } from './support.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.end())

const now = () => bench.time.now()
const claimAll = () => claimDue(bench.sql, { now: now(), leaseMs: 60_000, limit: 1_000, urgentOnly: false })
const OPEN: Pick<Plan, 'state' | 'say' | 'attention' | 'wakeAt' | 'notices'> = {
  ...{ state: 'open', say: '', attention: [], wakeAt: null, notices: [] },
}
const REST = { plan: OPEN, patch: {}, heard: [], notify: false, retryRequestedAt: null }
const intent = (key: string) => ({ verb: 'open-checkout', key, request: { for: key } }) as const

test('runs that come to it together share a statement, and each gets its own', async () => {
  await duePayables(bench, 40)
  const claims = await claimAll()
  const writes = runWrites(bench.sql)
  const attempts = await Promise.all(
    claims.map(claim => writes.begin({ ...intent(claim.key), claim, at: now() })),
  )
  expect(attempts).toEqual(claims.map(() => 1))
  await Promise.all(
    claims.map(({ key }) =>
      writes.end({
        ...{
          payable: key,
          verb: 'open-checkout',
          key,
          attempts: 1,
          state: 'done',
          result: { of: key },
          patch: {},
          at: now(),
        },
      }),
    ),
  )
  const rows =
    await bench.sql`select payable_key, request->>'for' as request, result->>'of' as result from intents`
  expect(rows).toHaveLength(claims.length)
  expect(
    rows.every(row => row['request'] === row['payable_key'] && row['result'] === row['payable_key']),
  ).toBe(true)
  const says = await Promise.all(
    claims.map(claim => writes.finish({ ...REST, claim, plan: { ...OPEN, say: claim.key }, at: now() })),
  )
  expect(says.every(Boolean)).toBe(true)
  expect(await bench.sql`select 1 from payables where say <> key`).toHaveLength(0)
})

test('one that lost its lease is told so, and those beside it are not', async () => {
  await duePayables(bench, 3)
  const [lost, ...kept] = await claimAll()
  if (!lost) throw new Error('nothing was claimed')
  const stale: Claim = { ...lost, token: lost.token - 1 }
  const writes = runWrites(bench.sql)
  const begun = await Promise.allSettled(
    [stale, ...kept].map(claim => writes.begin({ ...intent('1'), claim, at: now() })),
  )
  expect(begun.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  expect(begun[0]).toMatchObject({ reason: expect.any(LeaseLost) })
  expect(
    await Promise.all([stale, ...kept].map(claim => writes.finish({ ...REST, claim, at: now() }))),
  ).toEqual([...[false, true, true]])
})

test('two runs of one payable in one process do not meet in one statement', async () => {
  await duePayables(bench, 1)
  const claims = await claimAll()
  const [claim] = claims
  if (!claim) throw new Error('nothing was claimed')
  const stale: Claim = { ...claim, token: claim.token - 1 }
  const writes = runWrites(bench.sql)
  const ends = [claim, stale].map(one => writes.finish({ ...REST, claim: one, at: now() }))
  expect(await Promise.all(ends)).toEqual([true, false])
})

test('many writers who lock the same payables do not wait for each other in a circle', async () => {
  await duePayables(bench, 60)
  const claims = await claimAll()
  const keys = claims.map(({ key }) => key)
  const writes = runWrites(bench.sql)
  const learned = { missingAt: now() }
  for (let round = 0; round < 12; round++) {
    const shuffled = keys.map(key => ({ key, at: Math.random() })).sort((a, b) => a.at - b.at)
    await Promise.all([
      ...shuffled.map(({ key }) =>
        writes.end({
          ...{ payable: key, verb: 'open-checkout', key: `${round}`, attempts: 1, state: 'absent' },
          ...{ result: {}, patch: learned, at: now() },
        }),
      ),
      renewLeases(bench.sql, claims.toReversed(), new Date(now().getTime() + 60_000)),
      renewLeases(bench.sql, claims, new Date(now().getTime() + 60_000)),
      wake(bench.sql, keys, now()),
    ])
  }
  const [row] = await bench.sql<{ n: number }[]>`
    select deadlocks::int as n from pg_stat_database where datname = current_database()`
  expect(row?.n).toBe(0)
})

test('a plan that was made while the tables were small does not read through all of them once they are large', async () => {
  const sql = connect(bench.url, { max: 1 })
  const writes = runWrites(sql)
  const oneRound = async () => {
    await duePayables(bench, 3)
    const claims = await claimAll()
    await renewLeases(sql, claims, new Date(now().getTime() + 60_000))
    await Promise.all(claims.map(claim => writes.begin({ ...intent('1'), claim, at: now() })))
    const end = {
      verb: 'open-checkout',
      key: '1',
      attempts: 1,
      state: 'done',
      result: {},
      patch: { missingAt: now() },
    } as const
    await Promise.all(claims.map(({ key }) => writes.end({ ...end, payable: key, at: now() })))
    await Promise.all(claims.map(claim => writes.finish({ ...REST, claim, at: now() })))
  }
  for (let n = 0; n < 8; n++) await oneRound()
  const many = Array.from({ length: 5_000 }, newKey)
  await bench.sql`
    insert into payables (key, kind, pay_token, created_at, updated_at)
    select key, 'invoice', key, ${now()}, ${now()} from unnest(${many}::text[]) as key`
  const before = await rowsReadThrough()
  for (let n = 0; n < 3; n++) await oneRound()
  await sql.end()
  expect((await rowsReadThrough()) - before).toBe(0)
})

/** Rows of the work list that were read by going through the whole table. */
async function rowsReadThrough(): Promise<number> {
  await bench.sql`select pg_stat_force_next_flush()`
  await Bun.sleep(50)
  const [row] = await bench.sql<{ n: number }[]>`
    select seq_tup_read::int as n from pg_stat_user_tables where relname = 'payables'`
  return row?.n ?? 0
}
