import { afterAll, beforeAll, expect, test } from 'bun:test'
import { payableKey } from '../../src/core/ids.ts'
import { claimDue } from '../../src/db/queries/claim-due.ts'
import { loadFacts } from '../../src/db/queries/load-facts.ts'
import { wake } from '../../src/db/queries/wake.ts'
import { runPayable } from '../../src/inbox/run.ts'
import { runWrites } from '../../src/inbox/run-writes.ts'
import { policy } from '../core/plan/facts.ts'
import { createSteppingStones } from '../steps/systems.ts'
import { silentLog } from '../support/log.ts'
import { product } from '../support/world.ts'
import { type Bench, leaseOf, startBench } from './support.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.end())

type Stones = ReturnType<typeof createSteppingStones>

/** Runs an invoice of Lago's; `meanwhile` between its claim and its run. */
async function run(
  fee: number,
  { lago, dodo, context }: Stones,
  meanwhile: (key: string) => Promise<unknown>,
) {
  const { sql, time } = bench
  const { lago_id } = lago.control.createInvoice({ fees: [fee] })
  const key = payableKey.invoice(lago_id as never)
  await wake(sql, [key], time.now())
  const claims = await claimDue(sql, { now: time.now(), leaseMs: 60_000, limit: 1, urgentOnly: false })
  const known = (await loadFacts(sql, [key], time.now())).get(key)
  const [claim] = claims
  if (!claim || !known) throw new Error('it was not claimed')
  await meanwhile(key)
  await runPayable(claim, known, {
    ...{ ...context, sql, log: silentLog, writes: runWrites(sql), notify: false },
    patience: { maxAttempts: 20, backoffMs: 10, backoffMaxMs: 10, random: Math.random },
    policy: policy({ products: new Map([['USD', product(dodo, 'USD')]]) }),
    now: () => time.now(),
  })
  return key
}

/** A run on an invoice that another replica took over and brought to rest in the meantime. */
async function overtaken(fails: boolean) {
  const stones = createSteppingStones()
  if (fails)
    stones.lago.faults.add({
      ...{ method: 'GET', path: /^\/api/, times: 9 },
      fault: { kind: 'status', status: 500 },
    })
  const key = await run(
    0,
    stones,
    key => bench.sql`
      update payables set lease_token = nextval('lease_tokens'), lease_until = null, due_at = null where key = ${key}`,
  )
  return await leaseOf(bench, key)
}

test('how long a call may still land counts from when it left, however long it had to wait for its place', async () => {
  const placeMs = 700
  const key = await run(1440, createSteppingStones({ placeMs }), async () => {})
  const rows = await bench.sql<{ verb: string; ms: number }[]>`
    select verb, (extract(epoch from ended_at - started_at) * 1000)::int as ms from intents where payable_key = ${key}`
  const opened = rows.find(row => row.verb === 'open-checkout')
  expect(opened?.ms).toBeLessThan(placeMs / 2)
})

test.each([
  ['that ended', false],
  ['that failed', true],
] as const)(
  'what a run %s has learned without its lease is looked at again by whoever comes next',
  async (_, fails) => {
    expect((await overtaken(fails))?.due_at).not.toBeNull()
  },
)
