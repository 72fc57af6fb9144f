import { afterAll, beforeAll, expect, test } from 'bun:test'
import { payableKey } from '../../src/core/ids.ts'
import { claimDue } from '../../src/db/queries/claim-due.ts'
import { loadFacts } from '../../src/db/queries/load-facts.ts'
import { wake } from '../../src/db/queries/wake.ts'
import { runPayable } from '../../src/inbox/run.ts'
import { runWrites } from '../../src/inbox/run-writes.ts'
import { createSteppingStones } from '../steps/systems.ts'
import { silentLog } from '../support/log.ts'
import { type Bench, leaseOf, startBench } from './support.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.end())

/** A run on an invoice that another replica took over and brought to rest in the meantime. */
async function overtaken(fails: boolean) {
  const { sql, time } = bench
  const { lago, context } = createSteppingStones()
  const { lago_id } = lago.control.createInvoice({ fees: [0] })
  if (fails)
    lago.faults.add({ method: 'GET', path: /^\/api/, fault: { kind: 'status', status: 500 }, times: 9 })
  const key = payableKey.invoice(lago_id as never)
  await wake(sql, [key], time.now())
  const claims = await claimDue(sql, { now: time.now(), leaseMs: 1_000, limit: 1, urgentOnly: false })
  const known = (await loadFacts(sql, [key], time.now())).get(key)
  const [claim] = claims
  if (!claim || !known) throw new Error('it was not claimed')
  await sql`
    update payables set lease_token = nextval('lease_tokens'), lease_until = null, due_at = null where key = ${key}`
  await runPayable(claim, known, {
    ...{ ...context, sql, log: silentLog, writes: runWrites(sql), notify: false },
    patience: { maxAttempts: 20, backoffMs: 10, backoffMaxMs: 10, random: Math.random },
    now: () => time.now(),
  })
  return await leaseOf(bench, key)
}

test.each([
  ['that ended', false],
  ['that failed', true],
] as const)(
  'what a run %s has learned without its lease is looked at again by whoever comes next',
  async (_, fails) => {
    expect((await overtaken(fails))?.due_at).not.toBeNull()
  },
)
