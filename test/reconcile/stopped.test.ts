import { afterEach, expect, test } from 'bun:test'
import { Sweeper } from '../../src/reconcile/sweeper.ts'
import { createSystems } from '../../src/systems.ts'
import { silentLog } from '../support/log.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

test('a sweep that waits for an answer of Dodo holds up the end of the process for a moment only', async () => {
  world = await startWorld()
  const { sql } = world.bridge
  const now = () => new Date()
  let asked: () => void = () => {}
  const waits = new Promise<void>(resolve => {
    asked = resolve
  })
  const silent = (input: string | URL | Request, init?: RequestInit) => {
    if (!String(input instanceof Request ? input.url : input).startsWith(world.config.dodo.baseUrl ?? ''))
      return fetch(input, init)
    asked()
    return new Promise<Response>((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  }
  const { routine } = createSystems(world.config, { sql, time: { now }, fetch: silent })
  const sweeper = new Sweeper({
    ...{ sql, log: silentLog, now, taxMode: 'inclusive', ...routine },
    ...{ holder: 'this one', everyMs: 50, kick: () => {} },
  })
  await sweeper.start()
  await waits
  const began = performance.now()
  await sweeper.stop(200)
  expect(performance.now() - began).toBeLessThan(2_000)
})
