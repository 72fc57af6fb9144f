import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { ADMIN, openShop, type Shop, USER_SECRET } from '../topup/support/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

function signed(claims: object): string {
  const content = `${part({ alg: 'HS256' })}.${part({ aud: 'lago-dodo-bridge', exp: 4_000_000_000, ...claims })}`
  return `${content}.${createHmac('sha256', USER_SECRET).update(content).digest('base64url')}`
}

describe('a token is nobody, whoever signed it, if its subject', () => {
  test.each([
    ['is a list', ['user_1']],
    ['is an object', { id: 'user_1' }],
    ['is a number', 1],
    ['is empty', ''],
    ['holds a NUL', 'user\0'],
    ['holds half a character', '\ud800'],
    ['is longer than an index', 'x'.repeat(5_000)],
  ])('%s', async (_, sub) => {
    expect((await shop.call('GET', '/v1/balance/me', { token: signed({ sub }) })).status).toBe(401)
  })

  test('and somebody if it is an id', async () => {
    expect((await shop.call('GET', '/v1/balance/me', { token: signed({ sub: 'user_1' }) })).status).toBe(200)
  })
})

describe('what no database can hold is answered, not a fault of ours:', () => {
  test.each([
    ['a NUL in a filter', 'GET', '/v1/balance/topups?status=a%00b', undefined, 200],
    ['a NUL in a user', 'GET', '/v1/balance/history?user_id=%00', undefined, 200],
    ['a NUL in an id', 'POST', '/v1/balance/topups/cancel', { topup_id: 'a\0' }, 404],
    ['a cursor of the year nought', 'GET', `/v1/balance/topups?cursor=${Buffer.from('0000-01-01T00:00:00Z|a').toString('base64url')}`, undefined, 400],
    ['a cursor without a number', 'GET', `/v1/payment/events?cursor=${Buffer.from('2026-01-01T00:00:00Z|a').toString('base64url')}`, undefined, 200],
    ['a cursor beyond all numbers', 'GET', `/v1/payment/events?cursor=${Buffer.from(`2026-01-01T00:00:00Z|${'9'.repeat(30)}`).toString('base64url')}`, undefined, 200],
  ])('%s', async (_, method, path, body, status) => {
    expect((await shop.call(method, path, { token: ADMIN, body })).status).toBe(status)
  }) // biome-ignore format: a table reads better in rows

  test('a NUL in a key of what a user notes', async () => {
    const body = { credits: 1_000_000, meta: { 'a\0': 'b\0' } }
    expect((await shop.call('POST', '/v1/balance/topups/create', { token: shop.u1, body })).status).toBe(200)
  })

  test.each([
    ['an object without words', '{"toString":1,"valueOf":2}'],
    ['a list', '["1h"]'],
    ['no number', '"1e9"'],
  ])('a lifetime that is %s', async (_, ttl) => {
    const raw = `{"user_id":"user_1","ttl":${ttl}}`
    const headers = { 'content-type': 'application/json' }
    expect((await shop.call('POST', '/v1/tokens', { token: ADMIN, raw, headers })).status).toBe(400)
  })

  test('a note nested ten thousand deep', async () => {
    const raw = `{"credits":1000000,"meta":{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`
    const answer = await shop.call('POST', '/v1/balance/topups/create', {
      token: shop.u1,
      raw,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_meta' } } })
  })
})
