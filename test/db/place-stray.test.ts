import { afterAll, beforeAll, expect, test } from 'bun:test'
import { payableKey } from '../../src/core/ids.ts'
import { claimDue } from '../../src/db/queries/claim-due.ts'
import { dismissStray, placeStray } from '../../src/db/queries/place-stray.ts'
import { wake } from '../../src/db/queries/wake.ts'
import { type Bench, newKey, startBench } from '../inbox/support.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.end())

/** A payment of nobody known, that could not be read at first, and is claimed once more. */
async function claimedAfterFailing(id: string) {
  const { sql, time } = bench
  const key = payableKey.stray(id as never)
  await wake(sql, [key], time.now())
  await sql`update payables set attempts = 3, last_error = 'no answer' where key = ${key}`
  const claims = await claimDue(sql, { now: time.now(), leaseMs: 1_000, limit: 9, urgentOnly: false })
  const claim = claims.find(one => one.key === key)
  if (!claim) throw new Error('it was not claimed')
  return { claim, key }
}

test('a stray payment that found its place, or is nobody’s, no longer counts as failing', async () => {
  const { sql, time } = bench
  const placed = await claimedAfterFailing('pay_placed')
  await placeStray(sql, placed.claim, newKey(), null, {}, time.now())
  const foreign = await claimedAfterFailing('pay_foreign')
  await dismissStray(sql, foreign.claim, 'of another system', time.now())
  const rows = await sql`
    select attempts, last_error from payables where key = any(${[placed.key, foreign.key]}::text[])`
  expect(rows.map(row => ({ ...row }))).toEqual([
    { attempts: 0, last_error: null },
    { attempts: 0, last_error: null },
  ])
})
