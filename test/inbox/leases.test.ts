import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { IntentState } from '../../src/core/intent.ts'
import { type Claim, claimDue, releaseLeases, renewLeases } from '../../src/db/queries/claim-due.ts'
import { failRun } from '../../src/db/queries/finish-run.ts'
import { LeaseLost } from '../../src/db/queries/intents.ts'
import { type RunWrites, runWrites } from '../../src/inbox/run-writes.ts'
import { type Bench, duePayables, leaseOf, startBench } from './support.ts'

const LEASE_MS = 1_000

let bench: Bench
let writes: RunWrites
beforeAll(async () => {
  bench = await startBench()
  writes = runWrites(bench.sql)
})
afterAll(() => bench.end())

const after = (ms: number) => new Date(bench.time.now().getTime() + ms)
const claim = (limit: number, now = bench.time.now(), urgentOnly = false) =>
  claimDue(bench.sql, { now, leaseMs: LEASE_MS, limit, urgentOnly })

async function claimed() {
  const [key = ''] = await duePayables(bench, 1)
  const [one] = (await claim(100)).filter(c => c.key === key)
  if (!one) throw new Error('it was not claimed')
  return one
}

const finish = (one: Claim) => writes.finish({ ...DONE, claim: one, at: bench.time.now() })
const begin = (one: Claim, at = bench.time.now()) => writes.begin({ ...INTENT, claim: one, at })
const end = (one: Claim, state: IntentState, result: Record<string, string> = {}, attempts = 1) =>
  writes.end({ ...INTENT, payable: one.key, attempts, state, result, patch: {}, at: bench.time.now() })

const DONE = {
  plan: { state: 'open', say: '', attention: [], wakeAt: null, notices: [] },
  patch: {},
  heard: [],
  notify: false,
  retryRequestedAt: null,
} as const
const FAILED = { patch: {}, error: 'x', retryAt: null, attention: null, retryRequestedAt: null }
const INTENT = { verb: 'open-checkout', key: '1', request: {} } as const

test('what is claimed is claimed by nobody else', async () => {
  const keys = await duePayables(bench, 40)
  const hands = await Promise.all(Array.from({ length: 8 }, () => claim(10)))
  const taken = hands.flat().map(({ key }) => key)
  expect(new Set(taken).size).toBe(taken.length)
  expect(keys.every(key => taken.includes(key))).toBe(true)
})

test('a lease that has lapsed can be claimed by another, who holds a higher token', async () => {
  const first = await claimed()
  expect((await claim(100)).some(({ key }) => key === first.key)).toBe(false)
  const second = (await claim(100, after(LEASE_MS + 1))).find(({ key }) => key === first.key)
  expect(second?.token).toBeGreaterThan(first.token)
})

test('a run that lost its lease begins nothing', async () => {
  const first = await claimed()
  await claim(100, after(LEASE_MS + 1))
  await expect(begin(first)).rejects.toThrow(LeaseLost)
  expect(await bench.sql`select 1 from intents where payable_key = ${first.key}`).toHaveLength(0)
})

test('a run whose lease has lapsed begins nothing even if nobody took it over', async () => {
  const one = await claimed()
  await expect(begin(one, after(LEASE_MS + 1))).rejects.toThrow(LeaseLost)
})

test('a run that lost its lease stores neither its end nor its failure', async () => {
  const first = await claimed()
  await claim(100, after(LEASE_MS + 1))
  const before = await leaseOf(bench, first.key)
  expect(await finish(first)).toBe(false)
  await failRun(bench.sql, first, FAILED, bench.time.now())
  expect(await leaseOf(bench, first.key)).toEqual(before)
})

test('what a run learned of a call it made is kept even when its lease was lost: it is true', async () => {
  const first = await claimed()
  await begin(first)
  await claim(100, after(LEASE_MS + 1))
  await end(first, 'done', { session_id: 'cks_1' })
  const rows = await bench.sql`select state, result from intents where payable_key = ${first.key}`
  expect(rows).toMatchObject([{ state: 'done', result: { session_id: 'cks_1' } }])
})

test('a call that is known to have been made is never begun again, and its outcome never forgotten', async () => {
  const one = await claimed()
  await begin(one)
  await expect(begin(one)).rejects.toThrow()
  await end(one, 'done', { a: '1' })
  await end(one, 'absent')
  await expect(begin(one)).rejects.toThrow()
  expect(await bench.sql`select state, result from intents where payable_key = ${one.key}`).toMatchObject([
    { state: 'done', result: { a: '1' } },
  ])
})

/** Begun by a replica that was stopped, found to have done nothing by another, and begun by that one again. */
async function begunAgain() {
  const first = await claimed()
  await begin(first)
  const second = (await claim(100, after(LEASE_MS + 1))).find(({ key }) => key === first.key)
  if (!second) throw new Error('it was not claimed again')
  await end(second, 'absent')
  expect(await begin(second)).toBe(2)
  return first
}

test.each(['absent', 'refused'] as const)(
  'that a first sending was %s says nothing of a second one, which may still land',
  async state => {
    const first = await begunAgain()
    await end(first, state)
    expect(await bench.sql`select state from intents where payable_key = ${first.key}`).toMatchObject([
      { state: 'started' },
    ])
  },
)

test('that a first sending was done is so, whatever was begun since', async () => {
  const first = await begunAgain()
  await end(first, 'done')
  expect(await bench.sql`select state from intents where payable_key = ${first.key}`).toMatchObject([
    { state: 'done' },
  ])
})

test('a heartbeat keeps a lease, and takes back none that was lost', async () => {
  const one = await claimed()
  await renewLeases(bench.sql, [one], after(10 * LEASE_MS))
  expect((await claim(100, after(LEASE_MS + 1))).some(({ key }) => key === one.key)).toBe(false)
  const other = await claimed()
  const taken = (await claim(100, after(LEASE_MS + 1))).find(({ key }) => key === other.key)
  await renewLeases(bench.sql, [other], after(99 * LEASE_MS))
  expect(await leaseOf(bench, other.key)).toMatchObject({ lease_token: taken?.token })
  expect((await leaseOf(bench, other.key))?.lease_until?.getTime()).toBeLessThan(
    after(50 * LEASE_MS).getTime(),
  )
})

test('a heartbeat or a drain that comes after the end of a run holds up nothing', async () => {
  const one = await claimed()
  await finish(one)
  await renewLeases(bench.sql, [one], after(LEASE_MS))
  await releaseLeases(bench.sql, [one], bench.time.now())
  expect(await leaseOf(bench, one.key)).toMatchObject({ lease_until: null, due_at: null })
})

test('a drain gives leases back: they are due at once', async () => {
  const one = await claimed()
  await releaseLeases(bench.sql, [one], bench.time.now())
  expect((await claim(100)).some(({ key }) => key === one.key)).toBe(true)
})

test('something heard during a run makes it due again at once, whatever its plan says', async () => {
  for (const end of ['finished', 'failed']) {
    const one = await claimed()
    await bench.sql`update payables set kicks = kicks + 1 where key = ${one.key}`
    if (end === 'finished') await finish(one)
    else await failRun(bench.sql, one, FAILED, bench.time.now())
    expect((await claim(100)).some(({ key }) => key === one.key)).toBe(true)
  }
})

test('what is urgent is claimed first, however long the rest has waited', async () => {
  await duePayables(bench, 20)
  await Bun.sleep(5)
  const urgent = await duePayables(bench, 2, true)
  const first = await claim(2)
  expect(first.map(({ key }) => key).sort()).toEqual([...urgent].sort())
  expect(await claim(5, bench.time.now(), true)).toEqual([])
})
