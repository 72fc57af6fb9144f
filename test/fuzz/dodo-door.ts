import { createHmac } from 'node:crypto'
import fc, { type Arbitrary } from 'fast-check'
import { type Material, nameOf } from './material.ts'
import { nonsense } from './nonsense.ts'
import { contentType, framing, noise, request } from './requests.ts'
import type { Shot } from './shot.ts'
import type { Target } from './target.ts'

const MINUTE = 60

type Signing = { id: string; timestamp: string; signature: string }
type Draw = { body: Buffer; m: Material; n: number; now: number }
/** What a forger sends: a changed part of what would have been right. */
type Forgery = (right: Signing, draw: Draw) => Partial<Signing> & { body?: Buffer }

const keyOf = (secret: string) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64')

function sign(
  key: Buffer,
  { id, timestamp }: Omit<Signing, 'signature'>,
  body: Buffer | string,
  hash = 'sha256',
) {
  const digest = createHmac(hash, key).update(`${id}.${timestamp}.`).update(body).digest()
  return `v1,${digest.toString('base64')}`
}

const at =
  (timestamp: string): Forgery =>
  (right, { m, body }) => ({
    timestamp,
    signature: sign(keyOf(m.webhookKey), { ...right, timestamp }, body),
  })

function flipped(signature: string, n: number): string {
  const bytes = Buffer.from(signature.slice(3), 'base64')
  const index = n % bytes.length
  bytes[index] = (bytes[index] ?? 0) ^ (1 << (n % 8))
  return `v1,${bytes.toString('base64')}`
}

const FORGERIES: Readonly<Record<string, Forgery>> = {
  'no signature': () => ({ signature: '' }),
  'no id': () => ({ id: '' }),
  'no timestamp': () => ({ timestamp: '' }),
  'a flipped bit': (right, { n }) => ({ signature: flipped(right.signature, n) }),
  'a cut signature': (right, { n }) => ({ signature: right.signature.slice(0, n % 40) }),
  'another version': (right, { n }) => ({
    signature: right.signature.replace('v1', ['v1a', 'v2', 'V1', 'v0', ''][n % 5] ?? ''),
  }),
  'another key': (right, { n, body }) => ({ signature: sign(Buffer.from(`key-${n}`), right, body) }),
  'an empty key': (right, { body }) => ({ signature: sign(Buffer.alloc(0), right, body) }),
  "Lago's key": (right, { m, body }) => ({ signature: sign(Buffer.from(m.hmacKey), right, body) }),
  'the secret undecoded': (right, { m, body }) => ({
    signature: sign(Buffer.from(m.webhookKey), right, body),
  }),
  'another hash': (right, { m, n, body }) => ({
    signature: sign(keyOf(m.webhookKey), right, body, n % 2 === 0 ? 'sha1' : 'sha512'),
  }),
  'many wrong signatures': (right, { n }) => ({
    signature: Array.from({ length: 12 }, (_, i) => flipped(right.signature, n + i)).join(' '),
  }),
  'the right one behind too many': right => ({
    signature: `${Array(40).fill('v1,AAAA').join(' ')} ${right.signature}`,
  }),
  'a huge signature': () => ({ signature: `v1,${'A'.repeat(10_000)}` }),
  'another id': (_, { n }) => ({ id: `msg_other_${n}` }),
  'the id and the time run together': ({ id, timestamp, signature }) => ({
    id: `${id}.${timestamp}`,
    timestamp: timestamp.slice(0, 5),
    signature,
  }),
  'another time': (right, { n }) => ({ timestamp: String(Number(right.timestamp) - 1 - (n % 200)) }),
  'an old one, rightly signed': (right, draw) =>
    at(String(draw.now - 6 * MINUTE - (draw.n % 100_000)))(right, draw),
  'one from the future, rightly signed': (right, draw) =>
    at(String(draw.now + 6 * MINUTE + (draw.n % 100_000)))(right, draw),
  'a time that is none, rightly signed': (right, draw) =>
    at(
      [
        'NaN',
        'Infinity',
        '1e9',
        '0x66',
        '-1',
        `${draw.now}.0`,
        `+${draw.now}`,
        `${draw.now}000`,
        '9'.repeat(30),
        '0',
      ][draw.n % 10] ?? '',
    )(right, draw),
  'a body changed after signing': (_, { body, n }) => {
    const changed = Buffer.from(body.length > 0 ? body : Buffer.from('{}'))
    const index = n % changed.length
    changed[index] = (changed[index] ?? 0) ^ (1 << (n % 8))
    return { body: changed }
  },
  'a body with more behind': (_, { body }) => ({ body: Buffer.concat([body, Buffer.from(' ')]) }),
}

const bodies = (m: Material): Arbitrary<{ say: string; body: Buffer }> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(...m.dodo).map(({ type, text }) => ({ say: type, body: Buffer.from(text) })),
    },
    { weight: 1, arbitrary: nonsense(m.dodo, m.ids) },
  )

const headersOf = ({ id, timestamp, signature }: Signing): Shot['headers'] =>
  [
    ['webhook-id', id],
    ['webhook-timestamp', timestamp],
    ['webhook-signature', signature],
  ].map(([name = '', value = '']) => [name, value] as const)

/** A door that takes what Dodo signs. */
export const dodoDoor = (path: string): Pick<Target, 'name' | 'strangers' | 'friends'> => ({
  name: path,
  strangers: m =>
    fc
      .record({
        of: bodies(m),
        trick: fc.constantFrom(...Object.keys(FORGERIES)),
        n: fc.nat({ max: 1_000_000 }),
        framing,
        noise,
        contentType,
      })
      .map(({ of: { body }, trick, n, ...rest }): Shot => {
        const now = Math.floor(Date.now() / 1000)
        const base = { id: `msg_${nameOf(body)}`, timestamp: String(now) }
        const right = { ...base, signature: sign(keyOf(m.webhookKey), base, body) }
        const { body: changed, ...forged } = FORGERIES[trick]?.(right, { body, m, n, now }) ?? {
          signature: '',
        }
        return request({
          say: trick,
          trust: 'forged',
          path,
          headers: [...rest.contentType, ...headersOf({ ...right, ...forged }), ...rest.noise],
          body: changed ?? body,
          framing: rest.framing,
        })
      }),
  friends: m =>
    fc
      .record({ of: nonsense(m.dodo, m.ids), id: fc.constantFrom('usual', 'usual', 'usual', 'long', 'odd') })
      .map(({ of: { say, body }, id: form }): Shot => {
        const name = `msg_${nameOf(body)}`
        const id =
          form === 'long'
            ? `${name}${nameOf(name).repeat(120)}`
            : form === 'odd'
              ? `${name}'"<\\u0000\u00e4`
              : name
        const base = { id, timestamp: String(Math.floor(Date.now() / 1000)) }
        const signed = { ...base, signature: sign(keyOf(m.webhookKey), base, body) }
        return request({
          say,
          trust: 'signed',
          path,
          headers: [['Content-Type', 'application/json'], ...headersOf(signed)],
          body,
        })
      }),
})
