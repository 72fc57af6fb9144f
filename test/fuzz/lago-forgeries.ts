import { createHash, createHmac, createPrivateKey, createSign, generateKeyPairSync } from 'node:crypto'
import { jwtSignature } from '../../sandbox/lago/webhooks/signature.ts'
import type { Material } from './material.ts'

type Headers = readonly (readonly [string, string])[]
/** What a forger makes of a body for which a real signature may be known; `body` replaces it. */
type Forgery = (body: Buffer, material: Material, n: number) => { headers: Headers; body?: Buffer }

export const mac = (algorithm: string, key: string, body: Buffer | string) =>
  createHmac(algorithm, key).update(body).digest()
export const hmac = (signature: string, algorithm = 'hmac'): Headers => [
  ['X-Lago-Signature', signature],
  ['X-Lago-Signature-Algorithm', algorithm],
]
export const jws = (token: string): Headers => hmac(token, 'jwt')
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

function token(header: object, claims: object, sign: (content: string) => string): string {
  const content = `${part(header)}.${part(claims)}`
  return `${content}.${sign(content)}`
}
const byRsa =
  (key: Material['lagoKeys']['privateKey'], algorithm = 'RSA-SHA256') =>
  (content: string) =>
    createSign(algorithm).update(content).sign(key, 'base64url')

function flip(bytes: Buffer, n: number): Buffer {
  const flipped = Buffer.from(bytes)
  const at = n % Math.max(1, flipped.length)
  flipped[at] = (flipped[at] ?? 0) ^ (1 << (n % 8))
  return flipped
}

/** What strangers try at the door of Lago. */
export const LAGO_FORGERIES: Readonly<Record<string, Forgery>> = {
  'no signature': () => ({ headers: [] }),
  'an empty signature': () => ({ headers: hmac('') }),
  'a flipped bit': (body, m, n) => ({
    headers: hmac(flip(mac('sha256', m.hmacKey, body), n).toString('base64')),
  }),
  'a cut signature': (body, m, n) => ({
    headers: hmac(
      mac('sha256', m.hmacKey, body)
        .subarray(0, n % 32)
        .toString('base64'),
    ),
  }),
  'a longer signature': (body, m) => ({
    headers: hmac(Buffer.concat([mac('sha256', m.hmacKey, body), Buffer.alloc(1)]).toString('base64')),
  }),
  'another key': (body, _, n) => ({ headers: hmac(mac('sha256', `key-${n}`, body).toString('base64')) }),
  'an empty key': body => ({ headers: hmac(mac('sha256', '', body).toString('base64')) }),
  'the key of the other side': (body, m) => ({
    headers: hmac(mac('sha256', m.webhookKey, body).toString('base64')),
  }),
  'another hash': (body, m, n) => ({
    headers: hmac(mac(['sha1', 'sha512', 'md5'][n % 3] ?? 'sha1', m.hmacKey, body).toString('base64')),
  }),
  'a plain hash': body => ({ headers: hmac(createHash('sha256').update(body).digest('base64')) }),
  'in hex': (body, m) => ({ headers: hmac(mac('sha256', m.hmacKey, body).toString('hex')) }),
  'the signature of another body': (body, m) => ({
    headers: hmac(mac('sha256', m.hmacKey, `${body} `).toString('base64')),
  }),
  'a body changed after signing': (body, m, n) => ({
    headers: hmac(mac('sha256', m.hmacKey, body).toString('base64')),
    body: flip(body.length > 0 ? body : Buffer.from('{}'), n),
  }),
  'signed once, sent with another in front': (body, m) => ({
    headers: [['X-Lago-Signature', 'AAAA'], ...hmac(mac('sha256', m.hmacKey, body).toString('base64'))],
  }),
  'many signatures': (body, m) => ({
    headers: hmac(`${Array(50).fill('AAAA').join(',')},${mac('sha256', m.hmacKey, body).toString('base64')}`),
  }),
  'a huge signature': () => ({ headers: hmac('A'.repeat(10_000)) }),
  'an hmac called jwt': (body, m) => ({ headers: jws(mac('sha256', m.hmacKey, body).toString('base64')) }),
  'a jwt called hmac': (body, m) => ({
    headers: hmac(jwtSignature(m.lagoKeys.privateKey, m.issuer, body.toString())),
  }),
  'alg none': (body, m) => ({
    headers: jws(`${part({ alg: 'none' })}.${part({ data: body.toString(), iss: m.issuer })}.`),
  }),
  'alg NoNe': (body, m) => ({
    headers: jws(token({ alg: 'nOnE' }, { data: body.toString(), iss: m.issuer }, () => '')),
  }),
  'HS256 with the public key': (body, m) => {
    const pem = m.lagoKeys.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const claims = { data: body.toString(), iss: m.issuer }
    return { headers: jws(token({ alg: 'HS256' }, claims, c => mac('sha256', pem, c).toString('base64url'))) }
  },
  'HS256 with the hmac key': (body, m) => {
    const claims = { data: body.toString(), iss: m.issuer }
    return {
      headers: jws(token({ alg: 'HS256' }, claims, c => mac('sha256', m.hmacKey, c).toString('base64url'))),
    }
  },
  'RS256 by a stranger': (body, m) => ({
    headers: jws(jwtSignature(m.strangerKeys.privateKey, m.issuer, body.toString())),
  }),
  'RS256 by a stranger who brings the key': (body, m) => ({
    headers: jws(
      token(
        {
          alg: 'RS256',
          jwk: m.strangerKeys.publicKey.export({ format: 'jwk' }),
          jku: 'http://127.0.0.1:1/keys',
          x5u: 'http://127.0.0.1:1/cert',
          kid: "' or 1=1",
        },
        { data: body.toString(), iss: m.issuer },
        byRsa(m.strangerKeys.privateKey),
      ),
    ),
  }),
  'RS512 by the right key': (body, m) => ({
    headers: jws(
      token(
        { alg: 'RS512' },
        { data: body.toString(), iss: m.issuer },
        byRsa(m.lagoKeys.privateKey, 'RSA-SHA512'),
      ),
    ),
  }),
  ES256: (body, m) => ({
    headers: jws(
      token({ alg: 'ES256' }, { data: body.toString(), iss: m.issuer }, c =>
        createSign('SHA256')
          .update(c)
          .sign(
            {
              key: createPrivateKey(elliptic.export({ type: 'pkcs8', format: 'pem' })),
              dsaEncoding: 'ieee-p1363',
            },
            'base64url',
          ),
      ),
    ),
  }),
  'a critical header that nobody knows': (body, m) => ({
    headers: jws(
      token(
        { alg: 'RS256', crit: ['unheard-of'], 'unheard-of': true },
        { data: body.toString(), iss: m.issuer },
        byRsa(m.lagoKeys.privateKey),
      ),
    ),
  }),
  'a jwt for another body': (body, m) => ({
    headers: jws(jwtSignature(m.lagoKeys.privateKey, m.issuer, `${body.toString()} `)),
  }),
  'a jwt of another issuer': (body, m, n) => ({
    headers: jws(
      jwtSignature(
        m.lagoKeys.privateKey,
        ['https://evil.test', `${m.issuer}/`, m.issuer.toUpperCase(), ''][n % 4] ?? '',
        body.toString(),
      ),
    ),
  }),
  'a jwt with a flipped bit': (body, m, n) => {
    const [head = '', claims = '', signature = ''] = jwtSignature(
      m.lagoKeys.privateKey,
      m.issuer,
      body.toString(),
    ).split('.')
    const flipped = flip(Buffer.from(signature, 'base64url'), n).toString('base64url')
    return { headers: jws(`${head}.${claims}.${flipped}`) }
  },
  'a jwt without its signature': (body, m) => ({
    headers: jws(jwtSignature(m.lagoKeys.privateKey, m.issuer, body.toString()).replace(/[^.]+$/, '')),
  }),
  'half a jwt': (body, m, n) => {
    const whole = jwtSignature(m.lagoKeys.privateKey, m.issuer, body.toString())
    return { headers: jws(whole.slice(0, n % Math.max(1, whole.length - 1))) }
  },
  'a jwt of odd claims': (_, __, n) => ({
    headers: jws(
      `${part({ alg: 'RS256' })}.${['bnVsbA', 'MQ', 'W10', '', '%%', part({ data: {}, iss: [] })][n % 6]}.AAAA`,
    ),
  }),
  'another algorithm': (body, _, n) => ({
    headers: hmac(
      mac('sha256', 'x', body).toString('base64'),
      ['none', '', 'HMAC', 'jwt,hmac', '__proto__', 'rsa'][n % 6] ?? '',
    ),
  }),
  "Dodo's headers": (body, m) => ({
    headers: [
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', String(Math.floor(Date.now() / 1000))],
      ['webhook-signature', `v1,${mac('sha256', m.webhookKey, body).toString('base64')}`],
    ],
  }),
}
