import { afterEach, expect, test } from 'bun:test'
import { SignJWT, UnsecuredJWT } from 'jose'
import { PaymentService } from '../../src/payment-service.ts'
import { dodoPaymentProvider } from '../../src/topup/dodo-provider.ts'
import type { Config } from '../support/config.ts'
import { ADMIN, openShop, type Shop, USER_SECRET } from './support/shop.ts'

let shop: Shop | null = null
afterEach(() => shop?.close())

const METHOD = {
  id: 'dodo',
  type: 'checkout',
  enabled: true,
  label: 'Dodo Payments',
  service: 'payment',
  action: 'checkout/create',
  requires_user: true,
  currency: 'usd',
}

test('A01: a guest sees the one method, and nothing more of it', async () => {
  shop = await openShop()
  const { status, body } = await shop.call('GET', '/v1/payment/methods')
  expect(status).toBe(200)
  expect(body).toEqual({ items: [METHOD] } as never)
})

const bare = (options: Parameters<typeof dodoPaymentProvider>[0]) =>
  new PaymentService({
    readTopup: async () => null,
    finishTopup: async () => {},
    providers: [dodoPaymentProvider(options)],
  })

for (const [what, options] of [
  ['key', { product_id: 'pdt_test' }],
  ['product', { api_key: 'dodo_test' }],
  ['key and no product', { api_key: ' ', product_id: '' }],
] as const)
  test(`A02: without a ${what} the method is shown as not configured, whatever the bearer is`, async () => {
    const request = new Request('https://shop.test/v1/payment/methods', {
      headers: { authorization: 'Bearer rubbish' },
    })
    const response = await bare(options).fetch(request)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      items: [{ ...METHOD, enabled: false, reason: 'not_configured' }],
    })
  })

test('A03: the method shows its currency in lower case, and top-ups in dollars are not relabelled', async () => {
  shop = await openShop({ config: (usual: Config) => ({ topup: { ...usual.topup, currency: 'eur' } }) })
  const { body } = await shop.call('GET', '/v1/payment/methods')
  expect(body.items[0]).toMatchObject({ currency: 'eur' })
  const refused = await shop.checkout(await shop.topup())
  expect(refused.status).toBe(409)
  expect(refused.body.error.code).toBe('currency_mismatch')
})

const PROTECTED = [
  ['POST', '/v1/payment/checkout/create'],
  ['GET', '/v1/payment/payments/me'],
  ['GET', '/v1/payment/payments'],
  ['GET', '/v1/payment/events'],
] as const

const token = (
  claims: Record<string, unknown>,
  change: (jwt: SignJWT) => SignJWT = jwt => jwt,
  secret = USER_SECRET,
) =>
  change(
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('user_1')
      .setAudience('lago-dodo-bridge')
      .setExpirationTime('1h'),
  ).sign(new TextEncoder().encode(secret))

test('A04: whoever has no valid token is a guest, and a guest gets 401', async () => {
  shop = await openShop()
  const hour = Math.floor(Date.now() / 1000) - 3600
  const tokens: Record<string, string | undefined> = {
    'no token': undefined,
    rubbish: 'rubbish',
    expired: await token({}, jwt => jwt.setExpirationTime(hour)),
    'another audience': await token({}, jwt => jwt.setAudience('somebody-else')),
    'no audience': await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('user_1')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(USER_SECRET)),
    'no expiry': await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('user_1')
      .setAudience('lago-dodo-bridge')
      .sign(new TextEncoder().encode(USER_SECRET)),
    'another secret': await token({}, jwt => jwt, 'another-secret-of-at-least-thirty-two-bytes'),
    'another algorithm': await new SignJWT({})
      .setProtectedHeader({ alg: 'HS512' })
      .setSubject('user_1')
      .setAudience('lago-dodo-bridge')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(USER_SECRET.repeat(2))),
    'no algorithm': new UnsecuredJWT({})
      .setSubject('user_1')
      .setAudience('lago-dodo-bridge')
      .setExpirationTime('1h')
      .encode(),
    'no subject': await token({}, jwt => jwt.setSubject('')),
  }
  for (const [what, bearer] of Object.entries(tokens))
    for (const [method, path] of PROTECTED) {
      const { status, body } = await shop.call(method, path, bearer ? { token: bearer } : {})
      expect([what, path, status]).toEqual([what, path, 401])
      expect(body.error.code).toBe('authentication_required')
    }
})

test('A05: users are no administrators, and administrators are no users', async () => {
  shop = await openShop()
  const asked = [
    ['GET', '/v1/payment/payments', shop.u1],
    ['GET', '/v1/payment/events', shop.u1],
    ['POST', '/v1/payment/checkout/create', ADMIN],
    ['GET', '/v1/payment/payments/me', ADMIN],
    ['POST', '/v1/tokens', shop.u1],
  ] as const
  for (const [method, path, bearer] of asked) {
    const { status, body } = await shop.call(method, path, { token: bearer })
    expect([path, status, body.error.code]).toEqual([path, 403, 'forbidden'])
  }
})

test('a token that is bound to a city acts for no other', async () => {
  shop = await openShop()
  const minted = await shop.call('POST', '/v1/cities/tokens/apply', {
    token: ADMIN,
    body: { user_id: 'user_1', city_id: 'city_a', ttl: '30m' },
  })
  expect(minted.body).toMatchObject({ user_id: 'user_1', city_id: 'city_a' })
  const create = (city_id: string) =>
    shop?.call('POST', '/v1/balance/topups/create', {
      token: minted.body.user_token,
      body: { credits: 1_000_000, city_id },
    })
  expect((await create('city_b'))?.status).toBe(403)
  expect((await create('city_a'))?.status).toBe(200)
  const tooLong = await shop.call('POST', '/v1/tokens', { token: ADMIN, body: { user_id: 'u', ttl: '31d' } })
  expect(tooLong.body.error.message).toBe('ttl cannot exceed 30d')
})

test('providers that cannot be told apart are refused when they are named', () => {
  const provider = dodoPaymentProvider({})
  const open = (providers: (typeof provider)[]) => () =>
    new PaymentService({ readTopup: async () => null, finishTopup: async () => {}, providers })
  expect(open([provider, provider])).toThrow('Duplicate payment provider: dodo')
  expect(open([{ ...provider, id: ' ' }])).toThrow('payment provider id is required')
  expect(() => dodoPaymentProvider({ environment: 'production' as 'live' })).toThrow(
    'unknown Dodo environment',
  )
  expect(() => dodoPaymentProvider({ environment: 'live_mode', api_key: 'k', product_id: 'p' })).toThrow(
    'live mode needs a Dodo webhook key',
  )
})
