import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { ADMIN, type Body, CREDITS, openShop, type Shop } from './support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

const checkouts = () => shop.dodo.calls.filter(call => call.path === '/checkouts')

/** Without what we add to the addresses that the buyer comes back to. */
const withoutQuery = (url: unknown) => String(url).replace(/\?.*$/, '')

for (const balance of ['ledger', 'lago'] as const)
  test(`A06: a top-up is pending and moves nothing, on the ${balance} balance`, async () => {
    shop = await openShop({ balance })
    const { status, body } = await shop.call('POST', '/v1/balance/topups/create', {
      token: shop.u1,
      body: { credits: CREDITS, note: 'recharge' },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'pending',
      usd_cents: 5000,
      credits: CREDITS,
      note: 'recharge',
      user_id: 'user_1',
    })
    expect(body.topup_id).toStartWith('topup_')
    expect(await shop.balanceOf()).toBe(0)
    expect((await shop.call('GET', '/v1/balance/topups/me', { token: shop.u1 })).body.items).toHaveLength(1)
  })

describe('with a shop that is open', () => {
  beforeEach(async () => {
    shop = await openShop()
  })

  test('A07: credits that are no whole number of cents, or out of bounds, are refused', async () => {
    for (const credits of [0, -5, 1.5, 'abc', 4999, 14_999, null, 490_000, 10_000_000_000 + 10_000, 1e15]) {
      const { status, body } = await shop.call('POST', '/v1/balance/topups/create', {
        token: shop.u1,
        body: { credits },
      })
      expect([credits, status, body.error?.code]).toEqual([credits, 400, 'invalid_credits'])
    }
    expect((await shop.call('GET', '/v1/balance/topups/me', { token: shop.u1 })).body.items).toEqual([])
  })

  test('a user has no more than so many unpaid top-ups, however many are created at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        shop.call('POST', '/v1/balance/topups/create', { token: shop.u1, body: { credits: 1_000_000 } }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20)
    expect(answers.find(({ status }) => status === 409)?.body.error.code).toBe('too_many_open_topups')
    expect(await shop.topup(1_000_000, shop.u2)).toStartWith('topup_')
  })

  test('A08: a checkout asks Dodo once, for exactly the price', async () => {
    const topupId = await shop.topup()
    const { status, body } = await shop.checkout(topupId)
    expect(status).toBe(200)
    expect(body).toEqual({
      payment_id: body.payment_id,
      provider: 'dodo',
      topup_id: topupId,
      provider_session_id: 'cks_1',
      provider_payment_id: '',
      provider_order_id: '',
      checkout_url: 'https://checkout.test/cks_1',
      status: 'pending',
    } as never)
    expect(body.payment_id).toMatch(/^pay_[0-9a-f]{32}$/)
    const [call, ...others] = checkouts()
    expect(others).toEqual([])
    expect(call?.headers.get('authorization')).toBe('Bearer dodo_test')
    expect(call?.body).toMatchObject({
      product_cart: [{ product_id: 'pdt_test', quantity: 1, amount: 5000 }],
      billing_currency: 'USD',
      metadata: {
        payment_id: body.payment_id,
        topup_id: topupId,
        user_id: 'user_1',
        credits: '50000000',
        usd_cents: '5000',
      },
      feature_flags: { allow_discount_code: false, allow_currency_selection: false },
    })
    expect(withoutQuery(call?.body['return_url'])).toBe(
      'https://base.example.com/v1/payment/redirect/success',
    )
    expect(withoutQuery(call?.body['cancel_url'])).toBe('https://base.example.com/v1/payment/redirect/cancel')
  })

  test('A08: the method may be named as provider', async () => {
    const { status } = await shop.call('POST', '/v1/payment/checkout/create', {
      token: shop.u1,
      body: { provider: 'dodo', topup_id: await shop.topup() },
    })
    expect(status).toBe(200)
  })

  test('A09: asked again it answers the same, and Dodo is not asked', async () => {
    const topupId = await shop.topup()
    const first = await shop.checkout(topupId)
    expect((await shop.checkout(topupId)).body).toEqual(first.body)
    expect(checkouts()).toHaveLength(1)
  })

  test('A10: asked three times at once, Dodo is asked once', async () => {
    const topupId = await shop.topup()
    shop.dodo.gate = Bun.sleep(150)
    const answers = await Promise.all([1, 2, 3].map(() => shop.checkout(topupId)))
    expect(checkouts()).toHaveLength(1)
    for (const { status, body } of answers) {
      if (status !== 200)
        expect([status, body.error.message]).toEqual([409, 'Checkout creation is already in progress'])
      expect(body.payment_id).toBe(answers[0]?.body.payment_id ?? '')
    }
    expect(answers.some(({ status }) => status === 200)).toBe(true)
  })

  test('A11: what is wrong with the question is said, and Dodo hears of none of it', async () => {
    const topupId = await shop.topup()
    const ask = (body: unknown, token = shop.u1) =>
      shop.call('POST', '/v1/payment/checkout/create', { token, body })
    const wrong: [Promise<{ status: number; body: Body }>, number, string][] = [
      [ask({ topup_id: topupId }), 400, 'method_required'],
      [ask({ method_id: 'paypal', topup_id: topupId }), 404, 'method_not_found'],
      [ask({ method_id: 'dodo' }), 400, 'topup_required'],
      [shop.call('POST', '/v1/payment/checkout/create', { token: shop.u1, raw: '{x' }), 400, 'invalid_json'],
      [ask({ method_id: 'dodo', topup_id: 'topup_nobody' }), 404, 'topup_not_found'],
      [ask({ method_id: 'dodo', topup_id: topupId }, shop.u2), 403, 'topup_of_another_user'],
    ]
    for (const [asked, status, code] of wrong) {
      const answer = await asked
      expect([answer.status, answer.body.error.code]).toEqual([status, code])
    }
    expect(checkouts()).toEqual([])
  })

  test('A11: a top-up that is paid or canceled has no checkout', async () => {
    const paid = await shop.topup()
    await shop.call('POST', '/v1/balance/topups/finish', { token: ADMIN, body: { topup_id: paid } })
    const canceled = await shop.topup()
    await shop.call('POST', '/v1/balance/topups/cancel', { token: ADMIN, body: { topup_id: canceled } })
    for (const [id, word] of [
      [paid, 'paid'],
      [canceled, 'canceled'],
    ] as const) {
      const { status, body } = await shop.checkout(id)
      expect([status, body.error.message]).toEqual([409, `Topup is already ${word}`])
    }
  })

  for (const [what, answer, status, calls] of [
    ['fails', () => Response.json({ code: 'INTERNAL', message: 'dodo_test broke' }, { status: 500 }), 502, 3],
    [
      'refuses the key',
      () => Response.json({ code: 'UNAUTHORIZED', message: 'nope' }, { status: 401 }),
      502,
      1,
    ],
    ['refuses the body', () => Response.json({ code: 'INVALID', message: 'nope' }, { status: 422 }), 502, 1],
    [
      'has enough',
      () =>
        Response.json(
          { code: 'TOO_MANY', message: 'later' },
          { status: 429, headers: { 'retry-after': '0' } },
        ),
      503,
      1,
    ],
    ['says nothing of use', () => Response.json({ session_id: 'cks_lost' }), 502, 1],
  ] as const)
    test(`A13: when Dodo ${what}, the payment is failed and may be asked for again`, async () => {
      const topupId = await shop.topup()
      shop.dodo.failures.push(answer())
      const failed = await shop.checkout(topupId)
      expect(failed.status).toBe(status)
      expect(failed.text).not.toContain('dodo_test')
      expect(failed.text).not.toContain('nope')
      await shop.eventually(
        () => shop.payments(),
        ([payment]) => payment?.['status'] === 'failed',
      )
      await Bun.sleep(300)
      expect(checkouts().length).toBeLessThanOrEqual(calls)
      const again = await shop.checkout(topupId)
      expect(again.status).toBe(200)
      expect(again.body.payment_id).toBe(String((await shop.payments())[0]?.['payment_id']))
      expect(again.body.payment_id).toBe(failed.body.payment_id)
      expect(again.body.status).toBe('pending')
    })

  test('A16: nothing that the caller adds changes what is asked of Dodo', async () => {
    const topupId = await shop.topup()
    const { status } = await shop.call('POST', '/v1/payment/checkout/create', {
      token: shop.u1,
      body: {
        method_id: 'dodo',
        topup_id: topupId,
        amount: 1,
        credits: 10_000,
        currency: 'INR',
        return_url: 'https://evil.test',
        city_id: 'anywhere',
      },
    })
    expect(status).toBe(200)
    const [call] = checkouts()
    expect(call?.body).toMatchObject({ product_cart: [{ amount: 5000 }], billing_currency: 'USD' })
    expect(JSON.stringify(call?.body)).not.toContain('evil')
  })

  test('A17: a checkout older than a day is replaced by a new one of the same payment', async () => {
    const topupId = await shop.topup()
    const first = await shop.checkout(topupId)
    await shop.bridge
      .sql`update sessions set created_at = created_at - interval '25 h', read_at = read_at - interval '25 h',
        expires_at = expires_at - interval '25 h'`
    await shop.bridge.sql`update payables set link_requested_at = link_requested_at - interval '25 h'`
    await shop.bridge.sql`update intents set started_at = started_at - interval '25 h'`
    const second = await shop.checkout(topupId)
    expect(second.body.payment_id).toBe(first.body.payment_id)
    expect(second.body).toMatchObject({
      provider_session_id: 'cks_2',
      checkout_url: 'https://checkout.test/cks_2',
    })
    expect(shop.dodo.count('GET', '/checkouts/cks_1')).toBeGreaterThan(0)
  })
})

test('A14: without an address of its own, the pages are where the request went to', async () => {
  shop = await openShop({ config: usual => ({ topup: { ...usual.topup, baseUrl: null } }) })
  const topupId = await shop.topup()
  const { status } = await shop.call('POST', '/v1/payment/checkout/create', {
    token: shop.u1,
    body: { method_id: 'dodo', topup_id: topupId },
    headers: { host: 'runtime.example.com', 'x-forwarded-proto': 'https' },
  })
  expect(status).toBe(200)
  expect(withoutQuery(checkouts()[0]?.body['return_url'])).toBe(
    'https://runtime.example.com/v1/payment/redirect/success',
  )
})
