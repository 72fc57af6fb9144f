import { expect, test } from 'bun:test'
import { NO_BUDGET } from '../../bench/drain.ts'
import { soak } from '../../bench/soak.ts'
import { setStage } from '../../bench/stage.ts'

/** The short form of `bun run bench --only soak`. */
test('a service that works on and on stays small, and leaves nothing undone', async () => {
  const stage = await setStage(NO_BUDGET)
  try {
    const came = await soak(stage, { minutes: 0.2, perSecond: 10, everyMs: 1_000 })
    expect(came.paid).toBe(came.invoices)
    expect(came.noted).toBe(came.refunded)
    expect(came.refunded).toBeGreaterThan(0)
    expect(Math.max(...came.samples.map(({ memory }) => memory))).toBeLessThan(250)
  } finally {
    await stage.end()
  }
}, 120_000)
