import { expect, test } from 'bun:test'
import { Webhook } from 'standardwebhooks'
import { dodoVerifier } from '../../src/dodo/verify-webhook.ts'

const SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
const BODY = Buffer.from('{"a":1}')
const SIGNED_AT = new Date(1_700_000_000_000)
const HEADERS = new Headers({
  'webhook-id': 'msg_1',
  'webhook-timestamp': '1700000000',
  'webhook-signature': 'v1,rkwp5YuvdrMkcu0ZhuMsXoTg44mHAr1Q0+FFgFpXsjY=',
})
const seconds = (n: number) => new Date(SIGNED_AT.getTime() + n * 1000)

test('a signature made elsewhere verifies', () => {
  expect(dodoVerifier([SECRET])(HEADERS, BODY, SIGNED_AT)).toBe(true)
})

test('what the reference library of Standard Webhooks signs verifies', () => {
  const webhook = new Webhook(SECRET)
  const body = JSON.stringify({ type: 'payment.succeeded', note: 'Zażółć <&>' })
  const headers = new Headers({
    'webhook-id': 'msg_2',
    'webhook-timestamp': '1700000000',
    'webhook-signature': webhook.sign('msg_2', SIGNED_AT, body),
  })
  expect(dodoVerifier([SECRET])(headers, Buffer.from(body), SIGNED_AT)).toBe(true)
})

test('five minutes either way are forgiven, and not a second more', () => {
  const verify = dodoVerifier([SECRET])
  expect([-301, -300, 300, 301].map(n => verify(HEADERS, BODY, seconds(n)))).toEqual([
    false,
    true,
    true,
    false,
  ])
})

test('with no key nothing verifies', () => {
  expect(dodoVerifier([])(HEADERS, BODY, SIGNED_AT)).toBe(false)
})

test('an empty key stops the start: it would verify what anybody signs', () => {
  expect(() => dodoVerifier(['whsec_'])).toThrow()
  expect(() => dodoVerifier([SECRET, ''])).toThrow()
})
