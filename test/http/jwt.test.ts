import { afterEach, expect, test } from 'bun:test'
import { startWorld, type World } from '../support/world.ts'
import { atRest, footprint, invoiceWebhook, post, unsignedJwt } from './support.ts'

const ISSUER = 'https://billing.acme.test'

let world: World
afterEach(() => world.stop())

const withJwt = (accepted: ('hmac' | 'jwt')[]) =>
  startWorld({
    lago: { apiUrl: ISSUER },
    config: ({ lago }) => ({ lago: { ...lago, webhookAlgorithms: accepted, issuer: ISSUER } }),
  })

async function delivered(count: number): Promise<(number | null | undefined)[]> {
  world.lago.control.addWebhookEndpoint({
    webhook_url: `${world.bridge.url}/webhooks/lago?jwt`,
    signature_algo: 'jwt',
  })
  for (let n = 0; n < count; n++) world.lago.control.createInvoice({ customer: `c${n}` })
  await Bun.sleep(10)
  await world.lago.deliveries.idle()
  return world.lago.deliveries.log
    .filter(({ endpoint, type }) => endpoint.url.endsWith('?jwt') && type === 'invoice.created')
    .map(({ attempts }) => attempts[0]?.status)
}

test('webhooks signed by JWT are taken from the first one on, with one fetch of the key', async () => {
  world = await withJwt(['hmac', 'jwt'])
  expect(await delivered(10)).toEqual(Array(10).fill(200))
  expect(world.lago.faults.count('GET', '/api/v1/webhooks/json_public_key')).toBe(1)
})

test('where JWT was not asked for, none is taken and no key is fetched', async () => {
  world = await withJwt(['hmac'])
  expect(await delivered(2)).toEqual([401, 401])
  expect(world.lago.faults.count('GET', '/api/v1/webhooks/json_public_key')).toBe(0)
})

test('a token without a signature changes nothing', async () => {
  world = await withJwt(['hmac', 'jwt'])
  await delivered(1)
  await atRest(world)
  const body = invoiceWebhook(crypto.randomUUID())
  const before = await footprint(world)
  const answer = await post(`${world.bridge.url}/webhooks/lago`, body, {
    'x-lago-signature': unsignedJwt({ data: body, iss: ISSUER }),
    'x-lago-signature-algorithm': 'jwt',
  })
  expect(answer.status).toBe(401)
  const after = await footprint(world)
  expect({ ...after, lago: 0 }).toEqual({ ...before, lago: 0 })
})
