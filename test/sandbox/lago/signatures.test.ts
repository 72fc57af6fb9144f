import { describe, expect, test } from 'bun:test'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { compactVerify, decodeProtectedHeader, importSPKI } from 'jose'
import { railsJson } from '../../../sandbox/lago/webhooks/rails-json.ts'
import { hmacSignature } from '../../../sandbox/lago/webhooks/signature.ts'
import { rig } from './support.ts'

describe('hmac', () => {
  const key = '33333333-3333-4333-8333-333333333333'
  const payload = {
    webhook_type: 'invoice.created',
    object_type: 'invoice',
    organization_id: '11111111-1111-4111-8111-111111111111',
    invoice: { lago_id: '22222222-2222-4222-8222-222222222222', note: 'R&D <3' },
  }

  test('covers the bytes as Rails writes them', () => {
    const body = railsJson(payload)
    expect(body).toContain('"note":"R\\u0026D \\u003c3"')
    expect(hmacSignature(key, body)).toBe('m2Rb72Zh43u5D1O62a6buGvcCubAlm4yOEMMPIS96aw=')
  })

  test('does not match a body that was parsed and written again', () => {
    const again = JSON.stringify(JSON.parse(railsJson(payload)))
    expect(hmacSignature(key, again)).toBe('F1yI7IHmnAmVJE3dkdkmBEtcAGg9qUtqXpP00fIyLjM=')
  })

  test('line separators are escaped too', () => {
    expect(railsJson('\u2028\u2029>')).toBe('"\\u2028\\u2029\\u003e"')
  })

  test('is on every webhook, with the key of the organization', async () => {
    const { lago, settle, hooks } = rig()
    lago.control.createCustomer({ external_id: 'c', name: 'R&D <3' })
    await settle()
    const [hook] = hooks
    expect(hook?.headers['x-lago-signature-algorithm']).toBe('hmac')
    expect(hook?.raw).toContain('R\\u0026D \\u003c3')
    expect(hook?.headers['x-lago-signature']).toBe(
      createHmac('sha256', lago.hmacKey)
        .update(hook?.raw ?? '')
        .digest('base64'),
    )
    expect(hook?.headers['content-type']).toBe('application/json')
  })

  test('before 1.16 the API key signs', async () => {
    const { lago, settle, hooks } = rig({ version: '1.15' })
    lago.control.createCustomer({ external_id: 'c' })
    await settle()
    expect(hooks[0]?.headers['x-lago-signature']).toBe(hmacSignature(lago.apiKey, hooks[0]?.raw ?? ''))
  })
})

describe('jwt', () => {
  const jwtKeys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const options = {
    jwtKeys,
    apiUrl: 'https://lago.example.test',
    endpoints: [{ url: 'https://bridge.test/hooks', signature_algo: 'jwt' as const }],
  }

  test('carries the whole body as a string and is verified with the published key', async () => {
    const { lago, settle, hooks, call } = rig(options)
    lago.control.createCustomer({ external_id: 'c', name: 'R&D' })
    await settle()
    const published = (await call('GET', '/webhooks/json_public_key')).body.webhook.public_key
    expect(published.split('\n').every(line => line.length <= 60)).toBe(true)
    expect(published.endsWith('\n')).toBe(true)
    const pem = Buffer.from(published.replace(/\s/g, ''), 'base64').toString()
    expect(pem).toStartWith('-----BEGIN PUBLIC KEY-----')

    const token = hooks[0]?.headers['x-lago-signature'] ?? ''
    expect(hooks[0]?.headers['x-lago-signature-algorithm']).toBe('jwt')
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256' })
    const verified = await compactVerify(token, await importSPKI(pem, 'RS256'))
    expect(JSON.parse(new TextDecoder().decode(verified.payload))).toEqual({
      data: hooks[0]?.raw ?? '',
      iss: 'https://lago.example.test',
    })
  })

  test('the old route gives the same key as plain text, and both want the API key', async () => {
    const { lago, call } = rig(options)
    const get = (authorization: string) =>
      lago.fetch(new Request('http://lago.test/api/v1/webhooks/public_key', { headers: { authorization } }))
    const response = await get(`Bearer ${lago.apiKey}`)
    expect(response.headers.get('content-type')).toStartWith('text/plain')
    expect(await response.text()).toBe(
      (await call('GET', '/webhooks/json_public_key')).body.webhook.public_key,
    )
    expect((await get('Bearer wrong')).status).toBe(401)
  })
})
