import { afterEach, expect, test } from 'bun:test'
import { Webhook } from 'standardwebhooks'
import { connect, databaseNow, type Sql } from '../../src/db/connection.ts'
import { NoticeSender } from '../../src/notify/sender.ts'
import { DatabaseTime } from '../../src/time.ts'
import { freshDatabase } from '../support/database.ts'
import { silentLog } from '../support/log.ts'
import { checkout, until } from '../support/stories.ts'
import { eventually, startWorld } from '../support/world.ts'

const OLD = `whsec_${Buffer.from('a'.repeat(32)).toString('base64')}`
const NEW = `whsec_${Buffer.from('b'.repeat(32)).toString('base64')}`

type Received = { headers: Record<string, string>; body: string }
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A merchant's own app; answers what it is told to, in turn, and then 204. */
function receiver(...answers: (() => Response | Promise<Response>)[]) {
  const received: Received[] = []
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      received.push({
        headers: Object.fromEntries(request.headers as unknown as Iterable<[string, string]>),
        body: await request.text(),
      })
      return (await answers.shift()?.()) ?? new Response(null, { status: 204 })
    },
  })
  closers.push(() => server.stop(true))
  return { url: `http://127.0.0.1:${server.port}/hooks`, received }
}

async function database(): Promise<Sql> {
  const sql = connect(await freshDatabase(), { max: 4 })
  closers.push(() => sql.end())
  return sql
}

async function sender(
  sql: Sql,
  url: string,
  options: { waitsMs?: number[]; keys?: string[]; timeoutMs?: number } = {},
) {
  const time = new DatabaseTime(await databaseNow(sql))
  const it = new NoticeSender({ sql, time, log: silentLog, url, keys: [OLD], pollMs: 20, ...options })
  closers.push(() => it.stop())
  it.start()
  return it
}

const plant = (sql: Sql, key = '1', detail: Record<string, string> = { amount: '1440' }) => sql`
  insert into notices (payable_key, kind, key, detail, created_at, due_at)
  values ('invoice:1', 'payment_link.ready', ${key}, ${JSON.stringify(detail)}::text::jsonb, now(), now())`

const notices = (sql: Sql) =>
  sql<{ attempts: number; sent: boolean; waiting: boolean; error: string | null }[]>`
    select attempts, sent_at is not null as sent, due_at is not null as waiting, last_error as error from notices order by id`

test('a notice is a Standard Webhook that the receiver can verify, and is sent once', async () => {
  const sql = await database()
  const { url, received } = receiver()
  await plant(sql, '1', { amount: '1440', invoice_number: 'A & B <1>' })
  await sender(sql, url)
  await eventually(
    () => notices(sql),
    rows => rows[0]?.sent === true,
  )
  await Bun.sleep(80)
  expect(received).toHaveLength(1)
  const [first] = received
  const payload = new Webhook(OLD).verify(first?.body ?? '', first?.headers ?? {})
  expect(payload).toEqual({
    type: 'payment_link.ready',
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    data: { amount: '1440', invoice_number: 'A & B <1>' },
  })
  expect(first?.headers['content-type']).toBe('application/json')
})

test('while keys are rotated a receiver with either of them can verify it', async () => {
  const sql = await database()
  const { url, received } = receiver()
  await plant(sql)
  await sender(sql, url, { keys: [NEW, OLD] })
  await eventually(
    () => received.length,
    count => count === 1,
  )
  const [{ body, headers } = { body: '', headers: {} }] = received
  expect(headers['webhook-signature']?.split(' ')).toHaveLength(2)
  for (const key of [OLD, NEW]) expect(() => new Webhook(key).verify(body, headers)).not.toThrow()
  const stranger = new Webhook(Buffer.from('c'.repeat(32)).toString('base64'))
  expect(() => stranger.verify(body, headers)).toThrow()
})

test('what is not taken is sent again with the same id, until it is taken', async () => {
  const sql = await database()
  const status = (code: number) => () =>
    new Response(null, { status: code, headers: { location: 'http://127.0.0.1:1/' } })
  const { url, received } = receiver(status(500), status(302), status(429))
  await plant(sql)
  await sender(sql, url, { waitsMs: [10, 10, 10, 10] })
  await eventually(
    () => notices(sql),
    rows => rows[0]?.sent === true,
  )
  expect(received).toHaveLength(4)
  expect(new Set(received.map(r => r.headers['webhook-id'])).size).toBe(1)
  expect([...(await notices(sql))]).toEqual([{ attempts: 4, sent: true, waiting: false, error: null }])
})

test('two notices have two ids', async () => {
  const sql = await database()
  const { url, received } = receiver()
  await plant(sql, '1')
  await plant(sql, '2')
  await sender(sql, url)
  await eventually(
    () => received.length,
    count => count === 2,
  )
  expect(new Set(received.map(r => r.headers['webhook-id'])).size).toBe(2)
})

test('after the last attempt it is given up, and stays to be seen with its error', async () => {
  const sql = await database()
  const { url, received } = receiver(...Array(9).fill(() => new Response(null, { status: 503 })))
  await plant(sql)
  await sender(sql, url, { waitsMs: [10, 10] })
  await eventually(
    () => notices(sql),
    rows => rows[0]?.waiting === false,
  )
  expect([...(await notices(sql))]).toEqual([
    { attempts: 3, sent: false, waiting: false, error: 'given up: the receiver answered 503' },
  ])
  await Bun.sleep(80)
  expect(received).toHaveLength(3)
})

test('a receiver that says 410 is not asked again', async () => {
  const sql = await database()
  const { url, received } = receiver(() => new Response(null, { status: 410 }))
  await plant(sql)
  await sender(sql, url, { waitsMs: [10, 10] })
  await eventually(
    () => notices(sql),
    rows => rows[0]?.waiting === false,
  )
  await Bun.sleep(80)
  expect(received).toHaveLength(1)
})

test('several senders on one database send each notice once', async () => {
  const sql = await database()
  const { url, received } = receiver()
  for (let n = 0; n < 60; n++) await plant(sql, String(n))
  await Promise.all([sender(sql, url), sender(sql, url), sender(sql, url)])
  await eventually(
    () => notices(sql),
    rows => rows.every(row => row.sent),
  )
  expect(received).toHaveLength(60)
})

test('a notice whose sender died is sent by another', async () => {
  const sql = await database()
  const { url, received } = receiver()
  await plant(sql)
  await sql`update notices set attempts = 1, due_at = now() + interval '200 milliseconds'`
  await sender(sql, url)
  await Bun.sleep(100)
  expect(received).toHaveLength(0)
  await eventually(
    () => received.length,
    count => count === 1,
  )
})

test('a receiver that never answers holds up no invoice', async () => {
  const { url } = receiver(...Array(20).fill(() => new Promise<Response>(() => {})))
  const world = await startWorld({ config: { notify: { url, keys: [OLD] } } })
  try {
    const { lago_id: id } = world.lago.control.createInvoice({ fees: [500] })
    await world.dodo.control.pay((await checkout(world, id)).id)
    await until(world, id, row => row.state === 'paid')
    const waiting = await world.bridge.sql`select 1 from notices where sent_at is null`
    expect(waiting.length).toBeGreaterThan(0)
  } finally {
    for (const close of closers.splice(0)) await close()
    await world.stop()
  }
})

test('the service tells the merchant of the link and of the payment, with strings a program can use', async () => {
  const { url, received } = receiver()
  const world = await startWorld({ config: { notify: { url, keys: [OLD] } } })
  try {
    const { lago_id: id, number } = world.lago.control.createInvoice({ fees: [500] })
    await world.dodo.control.pay((await checkout(world, id)).id)
    await eventually(
      () => received.length,
      count => count === 2,
    )
    const told = received.map(r => JSON.parse(r.body) as { type: string; data: Record<string, string> })
    expect(told.map(t => t.type).sort()).toEqual(['invoice.paid', 'payment_link.ready'])
    const ready = told.find(t => t.type === 'payment_link.ready')?.data
    expect(ready).toMatchObject({
      lago_invoice_id: id,
      invoice_number: number,
      amount: '500',
      currency: 'USD',
      attempt: '1',
    })
    expect(ready?.['payment_url']).toMatch(/^http:\/\/localhost:3000\/pay\/[\w-]{22}$/)
  } finally {
    await world.stop()
  }
})

test('stopping waits for a receiver that does not answer no longer than it may, and the notice is sent again', async () => {
  const sql = await database()
  const { url, received } = receiver(() => new Promise<Response>(() => {}))
  await plant(sql)
  const first = await sender(sql, url, { waitsMs: [10] })
  await eventually(
    () => received.length,
    count => count === 1,
  )
  const began = performance.now()
  await first.stop(50)
  expect(performance.now() - began).toBeLessThan(1000)
  await sender(sql, url, { waitsMs: [10] })
  await eventually(
    () => notices(sql),
    rows => rows[0]?.sent === true,
  )
  expect(received).toHaveLength(2)
})
