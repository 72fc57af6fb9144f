import { createSign } from 'node:crypto'
import fc, { type Arbitrary } from 'fast-check'
import { goodClaims, userToken } from '../buy.ts'
import type { Material } from '../material.ts'
import { nonsense } from '../nonsense.ts'
import { framing, noise, query, request } from '../requests.ts'
import type { Shot } from '../shot.ts'
import type { Target } from '../target.ts'

type Route = readonly [method: string, path: string]

const FOR_USERS: readonly Route[] = [
  ['GET', '/v1/payment/payments/me'],
  ['GET', '/v1/balance/me'],
  ['GET', '/v1/balance/history/me'],
  ['GET', '/v1/balance/topups/me'],
  ['POST', '/v1/balance/topups/create'],
  ['POST', '/v1/payment/checkout/create'],
]
const FOR_OPERATORS: readonly Route[] = [
  ['GET', '/v1/payment/payments'],
  ['GET', '/v1/payment/events'],
  ['GET', '/v1/balance/history'],
  ['GET', '/v1/balance/topups'],
  ['POST', '/v1/balance/topups/finish'],
  ['POST', '/v1/balance/topups/cancel'],
  ['POST', '/v1/tokens'],
  ['POST', '/v1/cities/tokens/apply'],
]

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What strangers show instead of a token. */
const FORGERIES: Readonly<Record<string, (m: Material, n: number) => string | null>> = {
  'no token': () => null,
  'an empty token': () => 'Bearer ',
  'another scheme': m => `Basic ${m.topups.adminToken}`,
  'a token with more behind': m => `Bearer ${m.topups.adminToken} x`,
  'nearly the operator': (m, n) => {
    const { adminToken } = m.topups
    const at = n % adminToken.length
    return `Bearer ${adminToken.slice(0, at)}${adminToken[at] === '-' ? '_' : '-'}${adminToken.slice(at + 1)}`
  },
  'half the operator': (m, n) => `Bearer ${m.topups.adminToken.slice(0, n % m.topups.adminToken.length)}`,
  'another secret': (m, n) => `Bearer ${userToken(goodClaims(m.topups.userId), `another-secret-${n}`)}`,
  'an empty secret': m => `Bearer ${userToken(goodClaims(m.topups.userId), '')}`,
  'alg none': m => `Bearer ${part({ alg: 'none' })}.${part(goodClaims(m.topups.userId))}.`,
  'HS512 by the right secret': m =>
    `Bearer ${userToken(goodClaims(m.topups.userId), m.topups.userSecret, { alg: 'HS512' }, 'sha512')}`,
  'RS256 by a stranger': m => {
    const content = `${part({ alg: 'RS256', jwk: m.strangerKeys.publicKey.export({ format: 'jwk' }) })}.${part(goodClaims(m.topups.userId))}`
    return `Bearer ${content}.${createSign('RSA-SHA256').update(content).sign(m.strangerKeys.privateKey, 'base64url')}`
  },
  expired: m => `Bearer ${userToken({ ...goodClaims(m.topups.userId), exp: 1 })}`,
  'without an end': m => `Bearer ${userToken({ sub: m.topups.userId, aud: m.topups.audience })}`,
  'of another audience': (m, n) =>
    `Bearer ${userToken({ ...goodClaims(m.topups.userId), aud: ['other', '', [], null, {}][n % 5] })}`,
  'without a subject': (m, n) =>
    `Bearer ${userToken({ ...goodClaims(m.topups.userId), sub: ['', null, undefined, [], 0][n % 5] })}`,
  'not yet valid': m => `Bearer ${userToken({ ...goodClaims(m.topups.userId), nbf: 4_000_000_000 })}`,
  'changed claims': m => {
    const [head, , signature] = userToken(goodClaims('somebody')).split('.')
    return `Bearer ${head}.${part(goodClaims(m.topups.userId))}.${signature}`
  },
  'half a token': (m, n) => {
    const token = userToken(goodClaims(m.topups.userId))
    return `Bearer ${token.slice(0, n % (token.length - 1))}`
  },
  'no token at all': (_, n) =>
    `Bearer ${['..', '...', 'null', '%00', '{}', 'a.b.c', 'e30.e30.', '\u00ff'][n % 8]}`,
}

const FILTERS = ['status', 'provider', 'user_id', 'type', 'sync_status', 'limit', 'cursor', 'ref'] as const
const ODD = [
  '',
  '0',
  '-1',
  '1e9',
  'NaN',
  '%00',
  'a%00b',
  '%ff',
  '%ed%a0%80',
  "' or 1=1 --",
  'paid',
  '../..',
  '__proto__',
  'x'.repeat(3_000),
]

const cursor = fc
  .constantFrom('2026-01-01T00:00:00.000Z|abc', '2026-99-99T00:00:00Z|1', '9999-12-31T23:59:59.999Z|99999999999999999999',
    '2026-01-01T00:00:00Z|\u0000', '2026-01-01T00:00:00Z|-1', '2026-01-01T00:00:00Z|1e400', '0000-01-01T00:00:00Z|1', '|', '') // biome-ignore format: a list reads better filled
  .map(text => Buffer.from(text).toString('base64url'))

const filters: Arbitrary<string> = fc
  .array(fc.tuple(fc.constantFrom(...FILTERS), fc.oneof(fc.constantFrom(...ODD), cursor)), { maxLength: 3 })
  .map(pairs => `?${pairs.map(([name, value]) => `${name}=${value.replace(/ /g, '%20')}`).join('&')}`)

/** Bodies as a real caller would send, and what becomes of them. */
const bodies = ({ ids, topups: { ids: own, userId } }: Material) =>
  nonsense(
    [
      { credits: 1_000_000, note: 'n', ref: 'r', meta: { a: 1 }, city_id: 'c' },
      { topup_id: own[0] ?? '', method_id: 'dodo', provider: 'dodo', note: 'n', ref: 'r', meta: {} },
      { user_id: userId, city_id: 'c', ttl: '1h' },
    ].map(body => ({ type: Object.keys(body).join(','), text: JSON.stringify(body) })),
    [...ids, ...own, userId],
  )

const build = (
  trust: Shot['trust'],
  say: string,
  [method, path]: Route,
  authorization: string | null,
  rest: { body: Buffer; query: string; noise: Shot['headers']; framing: Shot['framing'] },
): Shot => {
  const reads = method === 'GET'
  return request({
    say,
    trust,
    method,
    path: `${path}${reads ? rest.query : ''}`.replace(/ /g, '%20'),
    headers: [
      ...(reads ? [] : [['Content-Type', 'application/json'] as const]),
      ...(authorization === null ? [] : [['Authorization', authorization] as const]),
      ...rest.noise.filter(([name]) => name !== 'Authorization'),
    ],
    body: reads ? Buffer.alloc(0) : rest.body,
    framing: reads ? 'length' : rest.framing,
  })
}

const target: Target = {
  name: '/v1/balance/*, /v1/payment/*',
  strangers: m =>
    fc
      .record({
        route: fc.constantFrom(...FOR_USERS, ...FOR_OPERATORS),
        trick: fc.constantFrom(...Object.keys(FORGERIES)),
        n: fc.nat({ max: 10_000 }),
        of: bodies(m),
        query: fc.oneof(filters, query),
        noise,
        framing,
      })
      .map(({ route, trick, n, of, ...rest }) =>
        build('forged', trick, route, FORGERIES[trick]?.(m, n) ?? null, { body: of.body, ...rest }),
      ),
  friends: m =>
    fc
      .record({
        operator: fc.boolean(),
        user: fc.nat({ max: FOR_USERS.length - 1 }),
        operators: fc.nat({ max: FOR_OPERATORS.length - 1 }),
        sub: fc.constantFrom(
          m.topups.userId,
          m.topups.userId,
          'user\u0000',
          'x'.repeat(5_000),
          '\ud800',
          '__proto__',
        ),
        of: bodies(m),
        query: fc.oneof(filters, query),
        noise: fc.constant([] as Shot['headers']),
      })
      .map(({ operator, user, operators, sub, of, ...rest }) => {
        const route = operator ? FOR_OPERATORS[operators] : FOR_USERS[user]
        const authorization = operator ? m.topups.adminToken : userToken(goodClaims(sub))
        const shown = `Bearer ${authorization}`
        return build('signed', of.say, route ?? ['GET', '/'], shown, {
          body: of.body,
          framing: 'length',
          ...rest,
        })
      }),
  judge: (shot, answer) => {
    const { status } = answer
    if (shot.trust === 'forged')
      return [400, 401, 403, 413, 431].includes(status) ? null : `answered ${status}`
    return [200, 400, 401, 403, 404, 409, 422, 431].includes(status) ? null : `answered ${status}`
  },
}
export default target
