import { afterEach, expect, test } from 'bun:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { openShop, type Shop } from './support/shop.ts'

let shop: Shop
let issuer: ReturnType<typeof Bun.serve>
afterEach(async () => {
  await shop.close()
  await issuer.stop(true)
})

test('user tokens of another issuer are verified with its public keys, and with nothing else', async () => {
  const { publicKey, privateKey } = await generateKeyPair('Ed25519', { extractable: true })
  const other = await generateKeyPair('Ed25519')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'EdDSA', use: 'sig' }
  let up = true
  issuer = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => (up ? Response.json({ keys: [jwk] }) : new Response('away', { status: 500 })),
  })
  const at = (path: string) => `http://127.0.0.1:${issuer.port}${path}`
  const withKeys = (path: string) =>
    openShop({
      config: usual => ({ topup: { ...usual.topup, userTokenSecret: null, userTokenJwksUrl: at(path) } }),
    })
  const claims = () =>
    new SignJWT({}).setSubject('user_1').setAudience('lago-dodo-bridge').setExpirationTime('1h')
  const good = await claims().setProtectedHeader({ alg: 'EdDSA', kid: 'one' }).sign(privateKey)
  const forged = await claims().setProtectedHeader({ alg: 'EdDSA', kid: 'one' }).sign(other.privateKey)
  // The public key is no secret: taken for one, it would sign anything.
  const confused = await claims()
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .sign(new TextEncoder().encode(JSON.stringify(jwk)))
  const statusOf = async (token: string) =>
    (await shop.call('GET', '/v1/payment/payments/me', { token })).status

  shop = await withKeys('/keys')
  expect([await statusOf(good), await statusOf(forged), await statusOf(confused)]).toEqual([200, 401, 401])
  const minted = await shop.call('POST', '/v1/tokens', {
    token: 'admin-token-for-tests',
    body: { user_id: 'user_1' },
  })
  expect([minted.status, minted.body.error.code]).toEqual([409, 'tokens_issued_elsewhere'])
  await shop.close()

  up = false
  shop = await withKeys('/away')
  expect(await statusOf(good)).toBe(503)
})
