import { afterEach, describe, expect, test } from 'bun:test'
import type { Config } from '../support/config.ts'
import { CREDITS, event, ok, openShop, paymentOf, type Shop, signed, WEBHOOK_KEY } from './support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

const OLD_KEY = 'whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQh'
const MINUTE = 60_000

const rotating = (usual: Config) => ({ dodo: { ...usual.dodo, webhookKeys: [WEBHOOK_KEY, OLD_KEY] } })

for (const balance of ['ledger', 'lago'] as const)
  test(`A18: a signed success is applied and credited, on the ${balance} balance`, async () => {
    shop = await openShop({ balance })
    const bought = await shop.bought()
    const paid = ok(bought, 'payment.succeeded')
    const answer = await shop.send(paid)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      received: true,
      event_id: `dodo:${paid.id}`,
      provider: 'dodo',
      sync_status: 'applied',
    } as never)
    expect(await shop.balanceOf()).toBe(CREDITS)
    const [payment, ...others] = await shop.payments()
    expect(others).toEqual([])
    expect(payment).toMatchObject({
      status: 'paid',
      provider_payment_id: 'pay_D1',
      amount_minor: 5000,
      credits: CREDITS,
      currency: 'usd',
    })
    const history = await shop.history()
    expect(history).toHaveLength(1)
    expect(history[0]).toMatchObject({
      kind: 'topup',
      credits_delta: CREDITS,
      credits_after: CREDITS,
      ref: 'pay_D1',
    })
  })

test('A19: what is not signed as it should be is refused, not kept, and moves nothing', async () => {
  shop = await openShop()
  const bought = await shop.bought()
  const good = ok(bought, 'payment.succeeded')
  const bad = {
    'no headers': { ...good, headers: {} },
    'a bad signature': {
      ...good,
      headers: { ...good.headers, 'webhook-signature': `v1,${'A'.repeat(43)}=` },
    },
    'another body': { ...good, body: `${good.body} ` },
    'another id': { ...good, headers: { ...good.headers, 'webhook-id': 'msg_other' } },
    'six minutes old': ok(bought, 'payment.succeeded', {}, { at: Date.now() - 6 * MINUTE }),
    'six minutes ahead': ok(bought, 'payment.succeeded', {}, { at: Date.now() + 6 * MINUTE }),
    'another secret': ok(bought, 'payment.succeeded', {}, { secret: OLD_KEY }),
  }
  for (const [what, sent] of Object.entries(bad)) {
    const { status, body } = await shop.send(sent)
    expect([what, status, body.error.code]).toEqual([what, 401, 'invalid_signature'])
  }
  expect(await shop.events()).toEqual([])
  expect(await shop.balanceOf()).toBe(0)
})

test('A19: one good signature among several, and a secret that is being replaced, are accepted', async () => {
  shop = await openShop({ config: rotating })
  const bought = await shop.bought()
  const good = ok(bought, 'payment.processing', {}, { secret: OLD_KEY })
  const signature = good.headers['webhook-signature']
  const several = {
    ...good,
    headers: { ...good.headers, 'webhook-signature': `v1,${'A'.repeat(43)}= ${signature}` },
  }
  expect((await shop.send(several)).status).toBe(200)
  expect((await shop.send(ok(bought, 'payment.succeeded'))).body.sync_status).toBe('applied')
})

test('A20: a signed body that is no event is refused, and so is one that is too large', async () => {
  shop = await openShop()
  for (const body of ['', '{x', '"hi"', '[]', '{}']) {
    const { status, body: answer } = await shop.send(signed(body))
    expect([body, status, answer.error.code]).toEqual([body, 400, 'not_a_webhook'])
  }
  const large = await shop.send(signed(JSON.stringify({ type: 'x', data: 'x'.repeat(1024 * 1024) })))
  expect(large.status).toBe(413)
  expect((await shop.call('GET', '/v1/payment/webhook')).status).toBe(404)
  const bought = await shop.bought()
  const elsewhere = await shop.send(ok(bought, 'payment.succeeded'), '/v1/payment/webhook?provider=foo')
  expect([elsewhere.status, elsewhere.body.error.code]).toEqual([404, 'method_not_found'])
  expect(await shop.balanceOf()).toBe(0)
  const named = await shop.send(ok(bought, 'payment.succeeded'), '/v1/payment/webhook?provider=dodo')
  expect(named.body.sync_status).toBe('applied')
})

describe('A21: without a key, an event is only a hint', () => {
  const keyless = (usual: Config) => ({ dodo: { ...usual.dodo, webhookKeys: [] } })
  const unsigned = (type: string, data: unknown, id = 'evt_hint') => ({
    id,
    body: JSON.stringify({ id, type, data }),
    headers: {},
  })

  test('that Dodo confirms: it is applied, once', async () => {
    shop = await openShop({ config: keyless })
    const bought = await shop.bought()
    const data = paymentOf(bought, 'payment.succeeded', { created_at: new Date().toISOString() })
    shop.dodo.payments.set('pay_D1', data)
    const hint = unsigned('payment.succeeded', data)
    const answer = await shop.send(hint, '/v1/payment/webhook?provider=dodo')
    expect([answer.status, answer.body]).toEqual([
      200,
      { received: true, event_id: 'dodo:evt_hint', provider: 'dodo', sync_status: 'applied' } as never,
    ])
    expect(await shop.balanceOf()).toBe(CREDITS)
    for (const id of ['evt_hint', 'evt_other']) await shop.send(unsigned('payment.succeeded', data, id))
    expect(await shop.balanceOf()).toBe(CREDITS)
  })

  test('that Dodo does not confirm: it is refused', async () => {
    shop = await openShop({ config: keyless })
    const bought = await shop.bought()
    const claim = paymentOf(bought, 'payment.succeeded')
    expect((await shop.send(unsigned('payment.succeeded', claim))).status).toBe(401)
    shop.dodo.payments.set('pay_D1', { ...claim, status: 'failed', created_at: new Date().toISOString() })
    expect((await shop.send(unsigned('payment.succeeded', claim))).status).toBe(401)
    expect(await shop.events()).toEqual([])
    expect(await shop.balanceOf()).toBe(0)
  })

  test('of which only what Dodo says counts', async () => {
    shop = await openShop({ config: keyless })
    const bought = await shop.bought()
    const claim = paymentOf(bought, 'payment.succeeded')
    shop.dodo.payments.set('pay_D1', { ...claim, total_amount: 100, created_at: new Date().toISOString() })
    const { body } = await shop.send(unsigned('payment.succeeded', claim))
    expect(body.sync_status).toBe('failed')
    expect(await shop.balanceOf()).toBe(0)
    expect((await shop.payments())[0]).toMatchObject({ status: 'review', reason: 'amount_mismatch' })
  })
})

test('an event of another kind is kept under its own type, and ignored', async () => {
  shop = await openShop()
  for (const type of ['subscription.active', 'something.new']) {
    const sent = event(type, { subscription_id: 'sub_1' })
    const { status, body } = await shop.send(sent)
    expect([status, body.sync_status]).toEqual([200, 'ignored'])
  }
  expect((await shop.events()).map(row => row['type'])).toEqual(['something.new', 'subscription.active'])
})
