import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mayChange } from '../../src/calls/hold.ts'
import type { PayableKey } from '../../src/core/ids.ts'
import type { Claim } from '../../src/db/queries/claim-due.ts'
import { finishRuns } from '../../src/db/queries/finish-run.ts'
import { type Runner, Worker } from '../../src/inbox/worker.ts'
import { DatabaseTime } from '../../src/time.ts'
import { silentLog } from '../support/log.ts'
import { eventually } from '../support/world.ts'
import { type Bench, duePayables, leaseOf, startBench } from './support.ts'

const LEASE_MS = 600

let bench: Bench
let workers: Worker[] = []
beforeEach(async () => {
  bench = await startBench()
})
afterEach(async () => {
  await Promise.all(workers.map(worker => worker.stop(100)))
  workers = []
  await bench.end()
})

function worker(run: Runner, { concurrency = 4, time = bench.time, pollMs = 50 } = {}): Worker {
  const one = new Worker({
    ...{ sql: bench.sql, time, log: silentLog, concurrency, pollMs, leaseMs: LEASE_MS },
    runners: { invoice: run },
  })
  workers.push(one)
  return one
}

const finish = (claim: Claim) =>
  finishRuns(bench.sql, [
    {
      claim,
      plan: { state: 'open', say: '', attention: [], wakeAt: null, notices: [] },
      patch: {},
      heard: [],
      notify: false,
      retryRequestedAt: null,
      at: bench.time.now(),
    },
  ])

const notDone = () => bench.sql<{ key: string }[]>`select key from payables where due_at is not null`
const restEmpty = (ms?: number) => eventually(notDone, rows => rows.length === 0, ms)

test('many workers run each payable once, and none at the same time as another', async () => {
  const keys = await duePayables(bench, 120)
  const running = new Set<PayableKey>()
  const runs: PayableKey[] = []
  let overlaps = 0
  const run: Runner = async claim => {
    if (running.has(claim.key)) overlaps++
    running.add(claim.key)
    runs.push(claim.key)
    await Bun.sleep(Math.random() * 10)
    running.delete(claim.key)
    await finish(claim)
  }
  for (let n = 0; n < 4; n++) worker(run).start()
  await restEmpty()
  expect(overlaps).toBe(0)
  expect(runs.toSorted()).toEqual(keys.toSorted())
})

test('a run longer than its lease keeps it by its heartbeat', async () => {
  const [key = ''] = await duePayables(bench, 1)
  const runs: number[] = []
  const run: Runner = async claim => {
    runs.push(claim.token)
    await Bun.sleep(3 * LEASE_MS)
    expect(mayChange()).toBe(true)
    await finish(claim)
  }
  worker(run).start()
  worker(run).start()
  await restEmpty()
  expect(runs).toHaveLength(1)
  expect(await leaseOf(bench, key)).toMatchObject({ lease_until: null, due_at: null })
})

test('a process that was stopped for longer than its lease changes nothing when it goes on', async () => {
  await duePayables(bench, 1)
  let skipped = 0
  const time = { now: () => new Date(bench.time.now().getTime() + skipped) }
  const seen: boolean[] = []
  const run: Runner = async claim => {
    seen.push(mayChange())
    skipped = LEASE_MS + 1
    seen.push(mayChange())
    await finish(claim)
  }
  worker(run, { time: time as never }).start()
  await restEmpty()
  // Whoever finds the lease lapsed may take the payable up again, and hold it.
  expect(seen.slice(0, 2)).toEqual([true, false])
})

test('what a dead process held is taken up within one lease', async () => {
  const [key = ''] = await duePayables(bench, 1)
  const { claimDue } = await import('../../src/db/queries/claim-due.ts')
  await claimDue(bench.sql, { now: bench.time.now(), leaseMs: LEASE_MS, limit: 1, urgentOnly: false })
  const died = performance.now()
  worker(async claim => void (await finish(claim))).start()
  await restEmpty()
  expect(performance.now() - died).toBeLessThan(LEASE_MS + 500)
  expect((await leaseOf(bench, key))?.due_at).toBeNull()
})

test('no more run at once than it may, and urgent ones find a place beside a full house', async () => {
  await duePayables(bench, 10)
  let running = 0
  let most = 0
  let open = () => {}
  const gate = new Promise<void>(resolve => {
    open = resolve
  })
  const seen: PayableKey[] = []
  const one = worker(
    async claim => {
      most = Math.max(most, ++running)
      seen.push(claim.key)
      if (!claim.urgent) await gate
      running--
      await finish(claim)
    },
    { concurrency: 3 },
  )
  one.start()
  await eventually(
    () => running,
    count => count === 3,
  )
  const [urgent] = await duePayables(bench, 1, true)
  await eventually(
    () => seen,
    keys => urgent !== undefined && keys.includes(urgent),
    1_000,
  )
  expect(most).toBeLessThanOrEqual(4)
  open()
  await restEmpty()
})

test('a run that throws holds up nobody, and is taken up again when its lease has lapsed', async () => {
  await duePayables(bench, 3)
  let failed = 0
  worker(async claim => {
    if (failed++ === 0) throw new Error('unforeseen')
    await finish(claim)
  }).start()
  await restEmpty()
  expect(failed).toBe(4)
})

test('a drain takes nothing more, waits for what runs, and gives the rest back at once', async () => {
  const keys = await duePayables(bench, 2)
  let slow: Claim | undefined
  const one = worker(
    async claim => {
      if (!slow) {
        slow = claim
        await new Promise(() => {})
      }
      await Bun.sleep(200)
      await finish(claim)
    },
    { concurrency: 2 },
  )
  one.start()
  await eventually(
    () => slow,
    claim => claim !== undefined,
  )
  await Bun.sleep(20)
  const stopped = one.stop(400)
  await duePayables(bench, 1)
  await stopped
  const rows = await Promise.all(keys.map(key => leaseOf(bench, key)))
  expect(rows.filter(row => row?.due_at === null)).toHaveLength(1)
  const given = rows.find(row => row?.key === slow?.key)
  expect(given).toMatchObject({ lease_until: null })
  expect(given?.due_at?.getTime()).toBeLessThanOrEqual(bench.time.now().getTime())
  expect(await notDone()).toHaveLength(2)
  expect(one.isAlive()).toBe(false)
})

test('a kick is not lost while the list is being read', async () => {
  const one = worker(async claim => void (await finish(claim)), { pollMs: 60_000 })
  one.start()
  for (let n = 0; n < 10; n++) {
    await duePayables(bench, 2)
    one.kick()
    one.kick()
  }
  await restEmpty(2_000)
})

test.each([-10, 10])(
  'a machine whose clock is %d minutes off steals no lease and misses none',
  async minutes => {
    const [key = ''] = await duePayables(bench, 1)
    const wrong = new DatabaseTime(new Date(Date.now() + minutes * 60_000))
    const claims: number[] = []
    const run: Runner = async claim => {
      claims.push(claim.token)
      await Bun.sleep(2 * LEASE_MS)
      await finish(claim)
    }
    worker(run).start()
    await eventually(
      () => claims.length,
      count => count === 1,
    )
    worker(run, { time: wrong }).start()
    await restEmpty()
    expect(claims).toHaveLength(1)
    expect(Math.abs(wrong.now().getTime() - bench.time.now().getTime())).toBeLessThan(1_000)
    expect((await leaseOf(bench, key))?.due_at).toBeNull()
  },
)

test('what is due does not wait for runs that wait for an answer that never comes', async () => {
  const hung = Promise.withResolvers<void>()
  const stuck = new Set(await duePayables(bench, 2))
  const run: Runner = async claim => {
    if (stuck.has(claim.key)) await hung.promise
    await finish(claim)
  }
  worker(run, { concurrency: 2 }).start()
  await Bun.sleep(200)
  await duePayables(bench, 5)
  await eventually(
    notDone,
    rows => rows.length === 2 && rows.every(({ key }) => stuck.has(key as PayableKey)),
    8_000,
  )
  hung.resolve()
  await restEmpty()
}, 30_000)

test('runs that all wait for an answer are not begun without end', async () => {
  const hung = Promise.withResolvers<void>()
  await duePayables(bench, 20)
  let begun = 0
  const run: Runner = async claim => {
    begun++
    await hung.promise
    await finish(claim)
  }
  worker(run, { concurrency: 2 }).start()
  await eventually(
    async () => begun,
    count => count === 8,
    20_000,
  )
  await Bun.sleep(3_500)
  expect(begun).toBe(8)
  hung.resolve()
  await restEmpty()
}, 60_000)
