import { afterEach, expect, test } from 'bun:test'
import { eventually, startWorld, type World } from '../support/world.ts'
import { atRest, effects, invoiceIn } from './story.ts'

let world: World
let counted: Counted[] = []
afterEach(async () => {
  await world.stop()
  for (const { stop } of counted) stop()
  counted = []
})

type Counted = { url: string; refused: () => number; stop(): void }

/** Stands before one side and counts what that answers: a limit refuses before anything else is looked at. */
function counting(target: string): Counted {
  let refused = 0
  const server = Bun.serve({
    port: 0,
    fetch: async request => {
      const { pathname, search } = new URL(request.url)
      const answer = await fetch(new URL(pathname + search, target), {
        method: request.method,
        headers: request.headers,
        ...(request.method === 'GET' ? {} : { body: await request.text() }),
      })
      if (answer.status === 429) refused++
      return answer
    },
  })
  const one = {
    url: `http://127.0.0.1:${server.port}`,
    refused: () => refused,
    stop: () => void server.stop(true),
  }
  counted.push(one)
  return one
}

const refused = () => counted.reduce((sum, one) => sum + one.refused(), 0)

const failed = () =>
  world.bridge
    .sql`select key, attempts, last_error, attention from payables where attempts > 0 or last_error is not null or attention <> '[]'`

test('a month-end burst keeps within Dodo’s limit and fails nothing', async () => {
  world = await startWorld({
    // Dodo's 240 a minute, ten times as fast and with no more at once than the bridge may send at once.
    dodo: { rateLimit: { perMinute: 2_400, burst: 60 } },
    config: ({ dodo }) => ({
      dodo: { ...dodo, requestsPerMinute: 2_400, baseUrl: counting(dodo.baseUrl ?? '').url },
    }),
  })
  for (let n = 0; n < 150; n++) invoiceIn(world, { customer: `c${n}` })
  await eventually(
    () => effects(world).checkouts,
    count => count === 150,
    20_000,
  )
  await atRest(world)
  expect(refused()).toBe(0)
  expect(await failed()).toHaveLength(0)
}, 30_000)

test('a burst of payments keeps within Lago’s limit and fails nothing', async () => {
  world = await startWorld({
    // On a starved machine calls that left apart arrive together: the fake has a little patience beyond the setting.
    lago: { rateLimit: 55 },
    config: ({ lago }) => ({
      lago: { ...lago, requestsPerSecond: 50, apiUrl: `${counting(lago.apiUrl).url}/api/v1` },
    }),
  })
  const ids = Array.from({ length: 60 }, (_, n) => invoiceIn(world, { customer: `c${n}` }))
  await eventually(
    () => effects(world),
    ({ checkouts, updates }) => checkouts === 60 && updates === 60,
    20_000,
  )
  for (const { id } of world.dodo.state.sessions.all()) void world.dodo.control.pay(id)
  await eventually(
    () => effects(world).payments,
    count => count === ids.length,
    20_000,
  )
  await atRest(world)
  expect(refused()).toBe(0)
  expect(await failed()).toHaveLength(0)
}, 30_000)
