import { describe, expect, test } from 'bun:test'
import { generateKeyPairSync } from 'node:crypto'
import { lagoVerifier, PublicKeySource } from '../../src/lago/verify-webhook.ts'
import { confusedJwt, hmac, jwt, LAGO_BODY, LAGO_SIGNATURE, unsignedJwt } from '../http/support.ts'

const KEY = '33333333-3333-4333-8333-333333333333'
const ISSUER = 'https://api.lago.test'
const body = Buffer.from(LAGO_BODY)
const pair = () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { privateKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}
const ours = pair()
const others = pair()

/** A Lago that publishes a key and counts how often it is asked. */
function published(pem: string, { minimumMs = 60_000 } = {}) {
  const lago = { pem, asked: 0, away: false }
  const source = new PublicKeySource(async () => {
    lago.asked++
    await Bun.sleep(5)
    if (lago.away) throw new Error('Lago is away')
    return lago.pem
  }, minimumMs)
  const verify = lagoVerifier({ hmacKeys: [], issuer: ISSUER, publicKey: source })
  return {
    lago,
    check: (token: string, sent = body) =>
      verify(new Headers({ 'x-lago-signature': token, 'x-lago-signature-algorithm': 'jwt' }), sent),
  }
}

const claims = (more: object = {}) => ({ data: LAGO_BODY, iss: ISSUER, ...more })

describe('HMAC', () => {
  const verifier = (...hmacKeys: string[]) =>
    lagoVerifier({ hmacKeys, issuer: null, publicKey: new PublicKeySource(async () => ours.pem) })
  const headers = (signature: string, algorithm?: string) =>
    new Headers({
      'x-lago-signature': signature,
      ...(algorithm ? { 'x-lago-signature-algorithm': algorithm } : {}),
    })

  test('a signature made by Lago verifies over the raw bytes, escapes and all', async () => {
    expect(await verifier(KEY)(headers(LAGO_SIGNATURE, 'hmac'), body)).toBe(true)
  })

  test('the same content written another way does not', async () => {
    expect(await verifier(KEY)(headers(LAGO_SIGNATURE), Buffer.from(LAGO_BODY.replace('\\u0026', '&')))).toBe(
      false,
    )
  })

  test('any of the active keys may have signed', async () => {
    expect(await verifier('new', KEY)(headers(LAGO_SIGNATURE), body)).toBe(true)
    expect(await verifier('new', 'newer')(headers(LAGO_SIGNATURE), body)).toBe(false)
  })

  test('with no key nothing verifies, not even what an empty key signed', async () => {
    expect(await verifier()(headers(hmac(body, '')), body)).toBe(false)
  })

  test('where no JWT is accepted, no JWT is accepted', async () => {
    expect(await verifier(KEY)(headers(jwt(claims(), ours.privateKey), 'jwt'), body)).toBe(false)
  })
})

describe('JWT', () => {
  test('a token over the raw body by the key that Lago publishes verifies', async () => {
    expect(await published(ours.pem).check(jwt(claims(), ours.privateKey))).toBe(true)
  })

  const forged: [string, string][] = [
    ['another issuer', jwt(claims({ iss: 'https://api.evil.test' }), ours.privateKey)],
    ['no issuer', jwt({ data: LAGO_BODY }, ours.privateKey)],
    ['data that differ from the body', jwt(claims({ data: LAGO_BODY.replace('D', 'd') }), ours.privateKey)],
    ['data that are the parsed body', jwt(claims({ data: JSON.parse(LAGO_BODY) }), ours.privateKey)],
    ['no data', jwt({ iss: ISSUER }, ours.privateKey)],
    ['claims that are no object', jwt('data', ours.privateKey)],
    ['claims that are null', jwt(null, ours.privateKey)],
    ['the key of somebody else', jwt(claims(), others.privateKey)],
    ['no algorithm, and no signature', unsignedJwt(claims())],
    ['the public key used as a shared secret', confusedJwt(claims(), ours.pem)],
    ['an algorithm that was not agreed', jwt(claims(), ours.privateKey, { alg: 'RS512' })],
    ['an unknown critical header', jwt(claims(), ours.privateKey, { alg: 'RS256', crit: ['exp'], exp: 1 })],
    ['a key of the sender’s own in the header', jwt(claims(), others.privateKey, { alg: 'RS256', jwk: { kty: 'RSA' } })],
    ['two parts only', jwt(claims(), ours.privateKey).split('.').slice(0, 2).join('.')],
    ['an HMAC signature under the name of JWT', LAGO_SIGNATURE],
    ['nothing that is a token', 'a.b.c'],
  ] // biome-ignore format: a table reads better in rows
  test.each(forged)('%s is refused', async (_, token) => {
    expect(await published(ours.pem).check(token)).toBe(false)
  })

  test('a body that differs from the data by one space is refused', async () => {
    const token = jwt(claims(), ours.privateKey)
    expect(await published(ours.pem).check(token, Buffer.from(`${LAGO_BODY} `))).toBe(false)
  })

  test('deliveries that arrive together at the start wait for one fetch of the key', async () => {
    const { lago, check } = published(ours.pem)
    const token = jwt(claims(), ours.privateKey)
    expect(await Promise.all(Array.from({ length: 20 }, () => check(token)))).toEqual(Array(20).fill(true))
    expect(lago.asked).toBe(1)
  })

  test('a key that was changed in Lago is fetched again, once, for all that arrive together', async () => {
    const { lago, check } = published(ours.pem, { minimumMs: 50 })
    await check(jwt(claims(), ours.privateKey))
    lago.pem = others.pem
    await Bun.sleep(60)
    const token = jwt(claims(), others.privateKey)
    expect(await Promise.all(Array.from({ length: 20 }, () => check(token)))).toEqual(Array(20).fill(true))
    expect(lago.asked).toBe(2)
    expect(await check(jwt(claims(), ours.privateKey))).toBe(false)
  })

  test('forged tokens make us ask Lago at most once a minute', async () => {
    const { lago, check } = published(ours.pem)
    for (let n = 0; n < 20; n++) expect(await check(jwt(claims(), others.privateKey))).toBe(false)
    expect(lago.asked).toBe(1)
    expect(await check(jwt(claims(), ours.privateKey))).toBe(true)
  })

  test('a body that the token does not name never makes us ask', async () => {
    const { lago, check } = published(ours.pem)
    await check(jwt(claims({ data: 'x' }), others.privateKey))
    await check(jwt(claims({ iss: 'https://api.evil.test' }), others.privateKey))
    await check('garbage')
    expect(lago.asked).toBe(0)
  })

  test('a key that could not be fetched is asked for again soon, not in a minute', async () => {
    const { lago, check } = published(ours.pem)
    const token = jwt(claims(), ours.privateKey)
    lago.away = true
    expect(await check(token)).toBe(false)
    lago.away = false
    await Bun.sleep(1_100)
    expect(await check(token)).toBe(true)
    expect(lago.asked).toBe(2)
  })
})
