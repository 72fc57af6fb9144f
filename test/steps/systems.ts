import { createFakeDodo } from '../../sandbox/dodo/fake-dodo.ts'
import { inProcessFetch } from '../../sandbox/kernel/in-process-fetch.ts'
import { VirtualClock } from '../../sandbox/kernel/virtual-clock.ts'
import { createFakeLago } from '../../sandbox/lago/fake-lago.ts'
import type { Budget } from '../../src/calls/budget.ts'
import { guardedFetch } from '../../src/calls/guarded-fetch.ts'
import { createDodoClient } from '../../src/dodo/client.ts'
import { createLagoClient } from '../../src/lago/client.ts'
import type { StepContext } from '../../src/steps/types.ts'
import { policy } from '../core/plan/facts.ts'

/**
 * A fake Lago and a fake Dodo in this process, and the real clients that reach them: what a step works with. `placeMs`:
 * how long each call waits for its place.
 */
export function createSteppingStones({ placeMs = 0 } = {}) {
  const budget: Budget = { take: () => Bun.sleep(placeMs), pause: async () => {} }
  const clock = new VirtualClock(new Date('2026-08-01T12:00:00.000Z'))
  const nowhere = async () => new Response(null, { status: 200 })
  const lago = createFakeLago({ clock, transport: nowhere })
  const dodo = createFakeDodo({ clock, transport: nowhere, refunds: { initial: 'succeeded' } })
  const fetch = inProcessFetch({ 'http://lago.test': lago.fetch, 'http://dodo.test': dodo.fetch })
  const guarded = (system: 'lago' | 'dodo') => guardedFetch({ system, budget, timeoutMs: 5_000, fetch })
  const context: StepContext = {
    lago: createLagoClient({
      apiUrl: 'http://lago.test/api/v1',
      apiKey: lago.apiKey,
      fetch: guarded('lago'),
    }),
    dodo: createDodoClient({
      apiKey: dodo.apiKey,
      environment: 'test_mode',
      baseUrl: 'http://dodo.test',
      fetch: guarded('dodo'),
    }),
    policy: policy(),
    licence: { missing: () => false, noteMissing: async () => {} },
    dodoCustomerOf: async () => null,
    now: () => clock.now(),
  } as StepContext
  return { clock, lago, dodo, context }
}
