import { afterEach, expect, test } from 'bun:test'
import { Sweeper } from '../../src/reconcile/sweeper.ts'
import { silentLog } from '../support/log.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

test('a sweep that waits for an answer of Dodo holds up the end of the process for a moment only', async () => {
  world = await startWorld()
  const { sql, systems } = world.bridge
  world.dodo.faults.add({ method: 'GET', path: '/payments', fault: { kind: 'hang' } })
  const sweeper = new Sweeper({
    ...{ sql, log: silentLog, now: () => new Date(), taxMode: 'inclusive', ...systems },
    ...{ holder: 'this one', everyMs: 50, kick: () => {} },
  })
  await sweeper.start()
  await eventually(
    async () => world.dodo.faults.count('GET', '/payments'),
    asked => asked > 0,
  )
  const began = performance.now()
  await sweeper.stop(200)
  expect(performance.now() - began).toBeLessThan(2_000)
})
