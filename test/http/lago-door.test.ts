import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { HMAC_KEY, startWorld, type World } from '../support/world.ts'
import {
  atRest,
  footprint,
  hmac,
  inPieces,
  invoiceWebhook,
  LAGO_BODY,
  LAGO_SIGNATURE,
  lagoHeaders,
  post,
} from './support.ts'

const LIMIT = 16 * 1024 * 1024
const OTHER_KEY = '44444444-4444-4444-8444-444444444444'

let world: World
let door: string
beforeAll(async () => {
  world = await startWorld({
    config: usual => ({ lago: { ...usual.lago, hmacKeys: [HMAC_KEY, OTHER_KEY] } }),
  })
  door = `${world.bridge.url}/webhooks/lago`
})
afterAll(() => world.stop())

describe('what Lago signed is taken', () => {
  test('a body with escaped <, > and & verifies by its raw bytes', async () => {
    const answer = await post(door, LAGO_BODY, {
      'x-lago-signature': LAGO_SIGNATURE,
      'x-lago-unique-key': 'k1',
    })
    expect(answer).toMatchObject({
      status: 200,
      body: { received: true, event_id: 'lago:k1', sync_status: 'stored' },
    })
    expect(Object.keys(answer.body).sort()).toEqual(['event_id', 'received', 'sync_status'])
  })

  test('the same delivery again is answered as seen, and wakes nothing', async () => {
    const body = invoiceWebhook(crypto.randomUUID())
    const headers = lagoHeaders(body)
    expect((await post(door, body, headers)).body['sync_status']).toBe('stored')
    expect(await post(door, body, headers)).toMatchObject({ status: 200, body: { sync_status: 'seen' } })
    const key = headers['x-lago-unique-key']
    const rows = await world.bridge.sql`
      select p.kicks from deliveries d join payables p on p.key = d.payable_key where d.event_id = ${key}`
    expect(rows).toMatchObject([{ kicks: 0 }])
  })

  test('the same unique key with another body is another delivery: the key is not signed', async () => {
    const headers = { 'x-lago-unique-key': 'reused' }
    for (let n = 0; n < 2; n++) {
      const body = invoiceWebhook(crypto.randomUUID())
      const answer = await post(door, body, { ...lagoHeaders(body), ...headers })
      expect(answer.body['sync_status']).toBe('stored')
    }
  })

  test('two keys are active at once while one is rotated', async () => {
    for (const key of [HMAC_KEY, OTHER_KEY]) {
      const body = invoiceWebhook(crypto.randomUUID())
      expect((await post(door, body, lagoHeaders(body, undefined, key))).status).toBe(200)
    }
  })

  test('a charset behind the content type is accepted', async () => {
    const body = invoiceWebhook(crypto.randomUUID())
    expect((await post(door, body, lagoHeaders(body), 'application/json; charset=utf-8')).status).toBe(200)
  })

  test('a unique key of any length is no obstacle: nobody signed it', async () => {
    const body = invoiceWebhook(crypto.randomUUID())
    const headers = { ...lagoHeaders(body), 'x-lago-unique-key': 'k'.repeat(8_000) }
    expect((await post(door, body, headers)).body['sync_status']).toBe('stored')
    expect((await post(door, body, headers)).body['sync_status']).toBe('seen')
  })

  test('without a unique key the body itself tells one delivery from another', async () => {
    const body = invoiceWebhook(crypto.randomUUID())
    const headers = { 'x-lago-signature': hmac(body) }
    expect((await post(door, body, headers)).body['sync_status']).toBe('stored')
    expect((await post(door, body, headers)).body['sync_status']).toBe('seen')
  })

  test.each([
    ['a type that does not concern us', '{"webhook_type":"customer.created","customer":{}}'],
    ['a type that nobody knows yet', '{"webhook_type":"invoice.teleported","invoice":{"lago_id":"x"}}'],
    ['a type named like a built-in', '{"webhook_type":"__proto__"}'],
    ['a type named like a method', '{"webhook_type":"constructor","constructor":{"prototype":{"x":1}}}'],
  ])('%s is kept as ignored and answered 200', async (_, body) => {
    const headers = lagoHeaders(body)
    expect(await post(door, body, headers)).toMatchObject({ status: 200, body: { sync_status: 'ignored' } })
    const [row] = await world.bridge.sql`
      select outcome, payable_key, body from deliveries where event_id = ${headers['x-lago-unique-key']}`
    expect(row).toMatchObject({ outcome: 'ignored', payable_key: null, body })
  })

  test('keys like __proto__ in the body reach no prototype', async () => {
    const body = `{"__proto__":{"polluted":1},"webhook_type":"invoice.created","invoice":{"lago_id":"${crypto.randomUUID()}","__proto__":{"polluted":1}}}`
    expect((await post(door, body, lagoHeaders(body))).status).toBe(200)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  test('characters that Postgres cannot keep in JSON do not make a delivery undeliverable', async () => {
    const id = crypto.randomUUID()
    const body = String.raw`{"webhook_type":"invoice.created","invoice":{"lago_id":"${id}","status":"final\u0000ized","payment_status":"\ud800","total_amount_cents":1}}`
    const strange = String.raw`{"webhook_type":"invoice.\u0000\udfff"}`
    expect((await post(door, body, lagoHeaders(body))).status).toBe(200)
    expect((await post(door, strange, lagoHeaders(strange))).status).toBe(200)
    const [row] = await world.bridge.sql`select body from deliveries where payable_key = ${`invoice:${id}`}`
    expect(row?.['body']).toBe(body)
  })

  test('a body of exactly the limit passes the door', async () => {
    const frame = invoiceWebhook(crypto.randomUUID(), 'invoice.created', { note: '' })
    const body = frame.replace('"note":""', `"note":"${'x'.repeat(LIMIT - frame.length)}"`)
    expect(body.length).toBe(LIMIT)
    expect((await post(door, body, lagoHeaders(body))).status).toBe(200)
  })
})

describe('what is not verified changes nothing and calls nobody', () => {
  beforeAll(() => atRest(world))
  const body = invoiceWebhook('55555555-5555-4555-8555-555555555555')
  const signed = hmac(body)
  const refused: [string, string | Uint8Array<ArrayBuffer>, Record<string, string>, string | null, number][] = [
    ['no signature at all', body, {}, 'application/json', 401],
    ['an empty signature', body, { 'x-lago-signature': '' }, 'application/json', 401],
    ['a signature by another key', body, { 'x-lago-signature': hmac(body, 'other') }, 'application/json', 401],
    ['a signature in hex', body, { 'x-lago-signature': Buffer.from(signed, 'base64').toString('hex') }, 'application/json', 401],
    ['a shortened signature', body, { 'x-lago-signature': signed.slice(0, 20) }, 'application/json', 401],
    ['a signature that is no base64', body, { 'x-lago-signature': '%%%' }, 'application/json', 401],
    ['a body tampered with by one space', body.replace(':', ': '), { 'x-lago-signature': signed }, 'application/json', 401],
    ['a body with a byte order mark', Buffer.concat([Buffer.from('efbbbf', 'hex'), Buffer.from(body)]), { 'x-lago-signature': signed }, 'application/json', 401],
    ['a body parsed and written again', JSON.stringify(JSON.parse(LAGO_BODY)), { 'x-lago-signature': LAGO_SIGNATURE }, 'application/json', 401],
    ['an empty body', '', { 'x-lago-signature': signed }, 'application/json', 401],
    ['text that is not JSON, unsigned', 'not json', {}, 'application/json', 401],
    ['Dodo headers at the door of Lago', body, { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' }, 'application/json', 401],
    ['a form', body, { 'x-lago-signature': signed }, 'application/x-www-form-urlencoded', 415],
    ['plain text', body, { 'x-lago-signature': signed }, 'text/plain', 415],
    ['something that only begins like JSON', body, { 'x-lago-signature': signed }, 'application/jsonp', 415],
  ] // biome-ignore format: a table reads better in rows

  test.each(refused)('%s is refused', async (_, sent, headers, contentType, status) => {
    const before = await footprint(world)
    expect((await post(door, sent, headers, contentType)).status).toBe(status)
    expect(await footprint(world)).toEqual(before)
  })

  test('a body over the limit is refused by its announced length', async () => {
    const before = await footprint(world)
    const answer = await post(door, new Uint8Array(LIMIT + 1), {})
    expect(answer).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
    expect((await post(door, new Uint8Array(LIMIT + 4096), {})).status).toBe(413)
    expect(await footprint(world)).toEqual(before)
  })

  test('a body over the limit is refused when it comes in pieces of unknown number', async () => {
    const before = await footprint(world)
    const sent = post(door, inPieces(4 * LIMIT), {}).then(
      answer => answer.status,
      // The connection may be closed while the rest is still being sent.
      () => 413,
    )
    expect(await sent).toBe(413)
    expect(await footprint(world)).toEqual(before)
  })

  test('reading the door tells nothing', async () => {
    expect((await fetch(door)).status).toBe(404)
  })
})

describe('what is signed but no webhook of Lago is answered 400 and not kept', () => {
  beforeAll(() => atRest(world))
  test.each([
    ['not JSON', 'not json'],
    ['half of a JSON', '{"webhook_type":"invoice.created"'],
    ['an array', '[{"webhook_type":"invoice.created"}]'],
    ['a string', '"invoice.created"'],
    ['null', 'null'],
    ['a number', '42'],
    ['no type', '{"invoice":{"lago_id":"22222222-2222-4222-8222-222222222222"}}'],
    ['a type that is no string', '{"webhook_type":["invoice.created"]}'],
    ['no invoice', '{"webhook_type":"invoice.created"}'],
    ['an invoice without an id', '{"webhook_type":"invoice.created","invoice":{}}'],
    ['an invoice that is a list', '{"webhook_type":"invoice.created","invoice":[]}'],
    ['an id that is no UUID', '{"webhook_type":"invoice.created","invoice":{"lago_id":"../../admin"}}'],
    ['an id inherited from a prototype', '{"webhook_type":"invoice.created","__proto__":{"invoice":{"lago_id":"22222222-2222-4222-8222-222222222222"}}}'],
  ])('%s', async (_, body) => {
    const before = await footprint(world)
    expect(await post(door, body, lagoHeaders(body))).toMatchObject({
      status: 400,
      body: { code: 'not_a_webhook', error: expect.any(String) },
    })
    expect(await footprint(world)).toEqual(before)
  }) // biome-ignore format: a table reads better in rows
})
