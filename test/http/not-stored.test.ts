import { afterEach, expect, test } from 'bun:test'
import { databaseNow } from '../../src/db/connection.ts'
import { webhookDoor } from '../../src/http/webhook-door.ts'
import { Ingest } from '../../src/inbox/ingest.ts'
import { readLagoWebhook } from '../../src/lago/webhook.ts'
import { DatabaseTime } from '../../src/time.ts'
import { PostgresProxy } from '../chaos/postgres-proxy.ts'
import { silentLog } from '../support/log.ts'
import { eventually, startWorld, type World } from '../support/world.ts'
import { dodoHeaders, invoiceWebhook, lagoHeaders, post } from './support.ts'

let world: World
let proxy: PostgresProxy
afterEach(async () => {
  await proxy.restore()
  await world.stop()
  proxy.cut()
}, 15_000)

async function behindProxy(): Promise<void> {
  world = await startWorld({
    database: async url => {
      proxy = await new PostgresProxy(url).start()
      return proxy.url
    },
  })
}

const deliver = (body: string, headers: Record<string, string>) =>
  post(`${world.bridge.url}/webhooks/lago`, body, headers)

const ready = async () => (await fetch(`${world.bridge.url}/readyz`)).status

test('a delivery that cannot be stored is answered 503 with Retry-After, and taken when it comes again', async () => {
  await behindProxy()
  const body = invoiceWebhook(crypto.randomUUID())
  const headers = lagoHeaders(body)
  proxy.cut()
  const refused = await deliver(body, headers)
  expect(refused).toMatchObject({ status: 503, body: { code: 'not_stored' } })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)

  const event = JSON.stringify({ type: 'something.new' })
  expect((await post(`${world.bridge.url}/webhooks/dodo`, event, dodoHeaders(event))).status).toBe(503)

  await proxy.restore()
  const taken = await eventually(
    () => deliver(body, headers),
    answer => answer.status === 200,
    5_000,
  )
  expect(taken.body['sync_status']).toBe('stored')
})

test('a database that says nothing at all is answered 503 before the sender gives up', async () => {
  await behindProxy()
  const { sql } = world.bridge
  const time = new DatabaseTime(await databaseNow(sql))
  const door = webhookDoor({
    source: 'lago',
    maxBytes: 1_000,
    verify: () => true,
    read: readLagoWebhook,
    ingest: new Ingest(sql, time),
    storeMs: 200,
    log: silentLog,
  })
  const body = invoiceWebhook(crypto.randomUUID())
  const knock = async () => {
    const headers = { 'content-type': 'application/json' }
    return (await door.request('/', { method: 'POST', headers, body })).status
  }
  proxy.freeze()
  const began = performance.now()
  expect(await knock()).toBe(503)
  expect(performance.now() - began).toBeLessThan(2_000)
  await proxy.restore()
  await eventually(knock, status => status === 200, 5_000)
})

test('the process stays alive while its database is away, and says that it is not ready', async () => {
  await behindProxy()
  await eventually(ready, status => status === 200)
  proxy.cut()
  expect(await ready()).toBe(503)
  expect((await fetch(`${world.bridge.url}/healthz`)).status).toBe(200)
  await proxy.restore()
  await eventually(ready, status => status === 200, 5_000)
})

test('what was unverified stays 401 while the database is away: no more is told', async () => {
  await behindProxy()
  proxy.cut()
  expect((await deliver('{}', { 'x-lago-signature': 'AAAA' })).status).toBe(401)
})

test('work that was waiting goes on within seconds of the database coming back', async () => {
  await behindProxy()
  const { lago } = world
  proxy.cut()
  await Bun.sleep(300)
  await proxy.restore()
  const invoice = lago.control.createInvoice()
  await eventually(
    () => lago.control.getInvoice({ invoice_id: invoice.lago_id }).metadata,
    entries => entries?.some(entry => entry.key === 'dodo_payment_url') ?? false,
    8_000,
  )
})
