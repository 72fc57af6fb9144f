import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startWorld, WEBHOOK_KEY, type World } from '../support/world.ts'
import { atRest, dodoHeaders, dodoSignature, footprint, inPieces, post } from './support.ts'

const LIMIT = 1024 * 1024
const OTHER_KEY = `whsec_${Buffer.from('another-key-another-key-another-').toString('base64')}`
const MINUTE = 60_000

let world: World
let door: string
beforeAll(async () => {
  world = await startWorld({
    config: usual => ({ dodo: { ...usual.dodo, webhookKeys: [WEBHOOK_KEY, OTHER_KEY] } }),
  })
  door = `${world.bridge.url}/webhooks/dodo`
})
afterAll(() => world.stop())

const from = (ms: number) => new Date(Date.now() + ms)

const payment = (more: object = {}) =>
  JSON.stringify({
    business_id: 'bus_1',
    type: 'payment.succeeded',
    timestamp: new Date().toISOString(),
    data: {
      payload_type: 'Payment',
      payment_id: `pay_${crypto.randomUUID()}`,
      status: 'succeeded',
      total_amount: 100,
      currency: 'USD',
      created_at: new Date().toISOString(),
      metadata: {},
      ...more,
    },
  })

describe('what Dodo signed is taken', () => {
  test('an event is kept, and answered with its id and what became of it', async () => {
    const body = payment({ metadata: { lago_invoice_id: crypto.randomUUID() } })
    expect(await post(door, body, dodoHeaders(body, { id: 'msg_first' }))).toMatchObject({
      status: 200,
      body: { received: true, event_id: 'dodo:msg_first', sync_status: 'stored' },
    })
  })

  test('the same id again is answered as seen, even if the state in its body has moved on', async () => {
    const lagoId = crypto.randomUUID()
    for (const [status, outcome] of [
      ['processing', 'stored'],
      ['succeeded', 'seen'],
    ]) {
      const body = payment({ status, metadata: { lago_invoice_id: lagoId } })
      const answer = await post(door, body, dodoHeaders(body, { id: 'msg_again' }))
      expect(answer).toMatchObject({ status: 200, body: { sync_status: outcome } })
    }
  })

  test.each([-4.9 * MINUTE, 4.9 * MINUTE])('a clock that is %d ms off is forgiven', async ms => {
    const body = payment()
    expect((await post(door, body, dodoHeaders(body, { at: from(ms) }))).status).toBe(200)
  })

  test('one good signature among several is enough', async () => {
    const body = payment()
    const headers = dodoHeaders(body)
    const signatures = [
      'v1,AAAA',
      'v1a,ed25519-is-not-ours',
      dodoSignature(body, 'x', '1'),
      headers['webhook-signature'],
    ]
    const answer = await post(door, body, { ...headers, 'webhook-signature': signatures.join(' ') })
    expect(answer.status).toBe(200)
  })

  test('two keys are active at once while one is rotated', async () => {
    for (const key of [WEBHOOK_KEY, OTHER_KEY, OTHER_KEY.replace('whsec_', '')]) {
      const body = payment()
      expect((await post(door, body, dodoHeaders(body, { key }))).status).toBe(200)
    }
  })

  test.each([
    'subscription.active',
    'license_key.created',
    'payout.success',
    'something.new',
    '__proto__',
    'toString',
  ])('an event of type %s is kept as ignored and answered 200', async type => {
    const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data: { anything: [1] } })
    const headers = dodoHeaders(body)
    expect(await post(door, body, headers)).toMatchObject({ status: 200, body: { sync_status: 'ignored' } })
    const [row] = await world.bridge.sql`
      select outcome, payable_key, body from deliveries where event_id = ${headers['webhook-id']}`
    expect(row).toMatchObject({ outcome: 'ignored', payable_key: null, body })
  })

  test('a payment event of a shape not known yet is kept, because it names its payment', async () => {
    const body = JSON.stringify({
      type: 'payment.revived',
      data: { payment_id: 'pay_odd', total_amount: 'lots' },
    })
    const headers = dodoHeaders(body)
    expect(await post(door, body, headers)).toMatchObject({ status: 200, body: { sync_status: 'stored' } })
  })

  test('metadata with keys like __proto__ reaches no prototype, and claims nothing', async () => {
    const body = `{"type":"payment.succeeded","data":{"payment_id":"pay_p","total_amount":1,"currency":"USD","created_at":"2026-01-01T00:00:00Z","metadata":{"__proto__":{"lago_invoice_id":"22222222-2222-4222-8222-222222222222"}}}}`
    const headers = dodoHeaders(body)
    expect((await post(door, body, headers)).status).toBe(200)
    const rows = await world.bridge.sql`
      select payable_key from deliveries where event_id = ${headers['webhook-id']} and payable_key is not null`
    expect(rows).toHaveLength(0)
    expect(({} as { lago_invoice_id?: string }).lago_invoice_id).toBeUndefined()
  })
})

describe('what is not verified changes nothing and calls nobody', () => {
  beforeAll(() => atRest(world))
  const body = payment({ metadata: { lago_invoice_id: crypto.randomUUID() } })
  const good = () => dodoHeaders(body)
  const refused: [string, string, () => Record<string, string>][] = [
    ['no headers at all', body, () => ({})],
    ['no id', body, () => ({ ...good(), 'webhook-id': '' })],
    ['another id than was signed', body, () => ({ ...good(), 'webhook-id': 'msg_other' })],
    ['another time than was signed', body, () => ({ ...good(), 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 1) })],
    ['no time', body, () => ({ ...good(), 'webhook-timestamp': '' })],
    ['a time that is no number', body, () => ({ ...good(), 'webhook-timestamp': '1e9' })],
    ['a time that is negative', body, () => ({ ...good(), 'webhook-timestamp': '-1' })],
    ['a time in milliseconds', body, () => ({ ...good(), 'webhook-timestamp': String(Date.now()) })],
    ['a delivery of six minutes ago', body, () => dodoHeaders(body, { at: from(-6 * MINUTE) })],
    ['a delivery from six minutes ahead', body, () => dodoHeaders(body, { at: from(6 * MINUTE) })],
    ['a signature by another key', body, () => dodoHeaders(body, { key: `whsec_${Buffer.from('wrong').toString('base64')}` })],
    ['an empty signature', body, () => ({ ...good(), 'webhook-signature': '' })],
    ['a signature without its version', body, () => ({ ...good(), 'webhook-signature': good()['webhook-signature'].slice(3) })],
    ['a signature of another version', body, () => ({ ...good(), 'webhook-signature': good()['webhook-signature'].replace('v1,', 'v2,') })],
    ['a shortened signature', body, () => ({ ...good(), 'webhook-signature': good()['webhook-signature'].slice(0, 20) })],
    ['a body tampered with by one space', `${body} `, good],
    ['a body parsed and written again', JSON.stringify(JSON.parse(body), null, 1), good],
    ['headers under their older svix names', body, () => { const h = good(); return { 'svix-id': h['webhook-id'], 'svix-timestamp': h['webhook-timestamp'], 'svix-signature': h['webhook-signature'] } }],
    ['an empty body', '', good],
  ] // biome-ignore format: a table reads better in rows

  test.each(refused)('%s is refused', async (_, sent, headers) => {
    const before = await footprint(world)
    expect(await post(door, sent, headers())).toMatchObject({
      status: 401,
      body: { code: 'invalid_signature' },
    })
    expect(await footprint(world)).toEqual(before)
  })

  test('a signature hidden behind a thousand others costs nothing and counts for nothing', async () => {
    const headers = good()
    const many = `${'v1,AAAA '.repeat(1000)}${headers['webhook-signature']}`
    expect((await post(door, body, { ...headers, 'webhook-signature': many })).status).toBe(401)
  })

  test('anything but JSON is refused by its type', async () => {
    const before = await footprint(world)
    expect((await post(door, body, good(), 'text/plain')).status).toBe(415)
    expect((await post(door, body, good(), 'multipart/form-data')).status).toBe(415)
    expect(await footprint(world)).toEqual(before)
  })

  test('a body over the limit is refused, with or without a length', async () => {
    const before = await footprint(world)
    const answer = await post(door, new Uint8Array(LIMIT + 1))
    expect(answer).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
    expect((await post(door, inPieces(LIMIT + 1))).status).toBe(413)
    expect(await footprint(world)).toEqual(before)
  })
})

describe('what is signed but no webhook of Dodo is answered 400 and not kept', () => {
  beforeAll(() => atRest(world))
  test.each([
    ['not JSON', 'not json'],
    ['an array', '[]'],
    ['a string', '"payment.succeeded"'],
    ['null', 'null'],
    ['no type', '{"data":{"payment_id":"pay_1"}}'],
    ['a type that is no string', '{"type":7}'],
    ['a payment without data', '{"type":"payment.succeeded"}'],
    ['a payment without an id', '{"type":"payment.succeeded","data":{"status":"succeeded"}}'],
    ['a payment with an empty id', '{"type":"payment.succeeded","data":{"payment_id":""}}'],
    ['a refund of nothing', '{"type":"refund.succeeded","data":{"refund_id":"ref_1"}}'],
    ['a dispute about nothing', '{"type":"dispute.opened","data":[]}'],
  ])('%s', async (_, body) => {
    const before = await footprint(world)
    const answer = await post(door, body, dodoHeaders(body))
    expect(answer).toMatchObject({ status: 400, body: { code: 'not_a_webhook' } })
    expect(await footprint(world)).toEqual(before)
  })
})
