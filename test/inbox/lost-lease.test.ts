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

type Meanwhile = (key: string) => Promise<unknown>
const nothing: Meanwhile = async () => {}

/** Runs an invoice of Lago's; `before` it is claimed, and `meanwhile` between its claim and its run, something happens. */
async function run(
  fee: number,
  { lago, dodo, context }: Stones,
  { before = nothing, meanwhile = nothing }: { before?: Meanwhile; meanwhile?: Meanwhile } = {},
) {
  const { sql, time } = bench
  const { lago_id } = lago.control.createInvoice({ fees: [fee] })
  const key = payableKey.invoice(lago_id as never)
  await wake(sql, [key], time.now())
  await before(key)
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
async function overtaken(fails: boolean, before = nothing) {
  const stones = createSteppingStones()
  if (fails)
    stones.lago.faults.add({
      ...{ method: 'GET', path: /^\/api/, times: 9 },
      fault: { kind: 'status', status: 500 },
    })
  const key = await run(0, stones, {
    before,
    meanwhile: key => bench.sql`
      update payables set lease_token = nextval('lease_tokens'), lease_until = null, due_at = null where key = ${key}`,
  })
  return await leaseOf(bench, key)
}

test('how long a call may still land counts from when it left, however long it had to wait for its place', async () => {
  const placeMs = 700
  const key = await run(1440, createSteppingStones({ placeMs }))
  const rows = await bench.sql<{ verb: string; ms: number }[]>`
    select verb, (extract(epoch from ended_at - started_at) * 1000)::int as ms from intents where payable_key = ${key}`
  const opened = rows.find(row => row.verb === 'open-checkout')
  expect(opened?.ms).toBeLessThan(placeMs / 2)
})

/** As an older version may have stored it: a payment without a date, which cannot be stored again. */
const hearsOddly: Meanwhile = key => {
  const odd = { id: `pay_${key}`, payable_key: '', status: 'succeeded', amount: '1', tax: '0', currency: 'USD', inexact: false, product_ids: [], setup: false, created_at: null, read_at: new Date() } // biome-ignore format: one object
  return bench.sql`
    insert into deliveries (source, event_id, dedupe_key, type, payable_key, body, digest, outcome, received_at)
    values ('dodo', ${key}, ${key}, 'payment.succeeded', ${key}, '{}', ${bench.sql.json({ payments: [odd] } as never)}, 'stored', now())`
}

test.each([
  ['that ended', false, nothing],
  ['that failed', true, nothing],
  ['that failed, and whose facts cannot be kept,', true, hearsOddly],
] as const)(
  'what a run %s has learned without its lease is looked at again by whoever comes next',
  async (_, fails, before) => {
    expect((await overtaken(fails, before))?.due_at).not.toBeNull()
  },
)
