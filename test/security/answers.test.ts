import { afterEach, expect, test } from 'bun:test'
import { PostgresProxy } from '../chaos/postgres-proxy.ts'
import { checkout, keyOf, until } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.stop()
  world = null
})

test('a health check says that the database is away, and nothing of where or who it is', async () => {
  let proxy: PostgresProxy | null = null
  world = await startWorld({
    database: async url => {
      proxy = await new PostgresProxy(url).start()
      return proxy.url
    },
  })
  const { bridge } = world
  const behind = proxy as unknown as PostgresProxy
  behind.cut()
  const answer = await fetch(`${bridge.url}/readyz`)
  const text = await answer.text()
  expect(answer.status).toBe(503)
  expect(JSON.parse(text)).toMatchObject({ status: 'not ready' })
  expect(text).not.toMatch(/127\.0\.0\.1|localhost|postgres|ECONN|\d{4,5}|test_/)
  await behind.restore()
  await eventually(
    async () => (await fetch(`${bridge.url}/readyz`)).status,
    status => status === 200,
  )
  await world.stop()
  behind.cut()
})

test('a page that was reloaded a moment ago is answered at once: it holds neither a connection nor the database', async () => {
  world = await startWorld()
  const { lago_id } = world.lago.control.createInvoice()
  const session = await checkout(world, lago_id)
  await world.dodo.control.pay(session.id, { outcome: 'processing' })
  await until(world, lago_id, row => row.state === 'processing')
  const [row] = await world.bridge.sql<{ token: string }[]>`
    select pay_token as token from payables where key = ${keyOf(lago_id)}`
  const page = `${world.bridge.url}/pay/${row?.token}/return`
  expect((await fetch(page)).status).toBe(200)
  const began = performance.now()
  const again = await fetch(page)
  expect(again.headers.get('refresh')).toBe('4')
  expect(performance.now() - began).toBeLessThan(2_000)
})

test('where a link leads is kept by no cache and told to nobody', async () => {
  world = await startWorld()
  const { lago_id } = world.lago.control.createInvoice()
  await checkout(world, lago_id)
  const [row] = await world.bridge.sql<{ token: string }[]>`
    select pay_token as token from payables where key = ${keyOf(lago_id)}`
  const answer = await fetch(`${world.bridge.url}/pay/${row?.token}`, { redirect: 'manual' })
  expect(answer.status).toBe(302)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
})

test('no answer may be taken for another type than it says', async () => {
  world = await startWorld()
  for (const path of ['/healthz', '/readyz', '/nowhere', '/pay/AAAAAAAAAAAAAAAAAAAAAA', '/webhooks/lago'])
    expect((await fetch(`${world.bridge.url}${path}`)).headers.get('x-content-type-options')).toBe('nosniff')
})
