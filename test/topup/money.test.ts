import { afterEach, describe, expect, test } from 'bun:test'
import { ADMIN, CREDITS, event, ok, openShop, paymentOf, type Shop } from './support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

const shown = async () => (await shop.payments())[0]
const lastEvent = async () => (await shop.events())[0]

describe('A29: a payment that is not what was asked for', () => {
  for (const [what, over, reason] of [
    ['too small', { total_amount: 1 }, 'amount_mismatch'],
    ['too large', { total_amount: 6000 }, 'amount_mismatch'],
    ['in another currency', { currency: 'INR', total_amount: 430_000 }, 'currency_mismatch'],
    [
      'in another currency, and settled for less',
      { currency: 'INR', settlement_amount: 4000 },
      'currency_mismatch',
    ],
    [
      'short of the tax that was put on top',
      { total_amount: 5000, tax: 900, currency: 'EUR' },
      'currency_mismatch',
    ],
  ] as const)
    test(`${what}, is shown to a person and credits nothing`, async () => {
      shop = await openShop()
      const { status, body } = await shop.send(ok(await shop.bought(), 'payment.succeeded', over))
      expect([status, body.sync_status, body.error.code]).toEqual([200, 'failed', reason])
      expect(await shown()).toMatchObject({ status: 'review', reason })
      expect(await lastEvent()).toMatchObject({ sync_status: 'failed' })
      expect(await shop.balanceOf()).toBe(0)
    })

  test('but for tax that Dodo put on top, is credited', async () => {
    shop = await openShop()
    const over = { total_amount: 5900, tax: 900 }
    expect((await shop.send(ok(await shop.bought(), 'payment.succeeded', over))).body.sync_status).toBe(
      'applied',
    )
    expect(await shop.balanceOf()).toBe(CREDITS)
  })

  test('is refunded by hand, and then gives nothing away', async () => {
    shop = await openShop()
    const bought = await shop.bought()
    await shop.send(ok(bought, 'payment.succeeded', { total_amount: 1000 }))
    shop.dodo.payments.set('pay_D1', paymentOf(bought, 'payment.succeeded', { total_amount: 1000 }))
    const refund = {
      refund_id: 'ref_1',
      payment_id: 'pay_D1',
      amount: 1000,
      currency: 'USD',
      status: 'succeeded',
    }
    await shop.send(event('refund.succeeded', refund))
    expect(await shop.balanceOf()).toBe(0)
  })
})

describe('A30: a payment of something else', () => {
  test('another product is not credited', async () => {
    shop = await openShop()
    const over = { product_cart: [{ product_id: 'pdt_cheap', quantity: 1 }] }
    expect((await shop.send(ok(await shop.bought(), 'payment.succeeded', over))).body.error.code).toBe(
      'product_mismatch',
    )
    expect(await shop.balanceOf()).toBe(0)
  })

  test('a checkout that was not opened here is not credited, and does not keep the buyer from paying', async () => {
    shop = await openShop()
    const bought = await shop.bought()
    const over = { payment_id: 'pay_X', checkout_session_id: 'cks_other' }
    expect((await shop.send(ok(bought, 'payment.succeeded', over))).body.error.code).toBe('session_mismatch')
    expect(await shop.balanceOf()).toBe(0)
    expect(await shown()).toMatchObject({ status: 'pending' })
    expect((await shop.send(ok(bought, 'payment.succeeded'))).body.sync_status).toBe('applied')
    expect(await shop.balanceOf()).toBe(CREDITS)
  })

  test('a body that leaves the checkout out is asked about before anything is credited', async () => {
    shop = await openShop()
    const bought = await shop.bought()
    shop.dodo.payments.set('pay_D1', paymentOf(bought, 'payment.succeeded'))
    const over = { checkout_session_id: null }
    expect((await shop.send(ok(bought, 'payment.succeeded', over))).body.sync_status).toBe('applied')
    expect(shop.dodo.count('GET', '/payments/pay_D1')).toBe(1)
    shop.dodo.payments.set(
      'pay_D2',
      paymentOf(bought, 'payment.succeeded', { ...over, payment_id: 'pay_D2' }),
    )
    const stranger = ok(bought, 'payment.succeeded', { ...over, payment_id: 'pay_D2' })
    expect((await shop.send(stranger)).body.error.code).toBe('session_mismatch')
    expect(await shop.balanceOf()).toBe(CREDITS)
  })
})

describe('A31: what the metadata claims', () => {
  test('of another user or another top-up does not count: the checkout does', async () => {
    shop = await openShop()
    const victim = await shop.topup(CREDITS, shop.u2)
    await shop.checkout(victim, shop.u2)
    const bought = await shop.bought()
    const metadata = { payment_id: bought.paymentId, topup_id: victim, user_id: 'user_2' }
    expect((await shop.send(ok(bought, 'payment.succeeded', { metadata }))).body.sync_status).toBe('applied')
    expect([await shop.balanceOf(), await shop.balanceOf(shop.u2)]).toEqual([CREDITS, 0])
  })

  test('of another payment is a contradiction for a person', async () => {
    shop = await openShop()
    const other = await shop.bought(100_000_000)
    const bought = await shop.bought()
    const metadata = { payment_id: other.paymentId, topup_id: bought.topupId }
    const { body } = await shop.send(ok(bought, 'payment.succeeded', { metadata }))
    expect(body.error.code).toBe('session_mismatch')
    const payments = await shop.payments()
    expect(payments.find(p => p['payment_id'] === bought.paymentId)).toMatchObject({ status: 'review' })
    expect(await shop.balanceOf()).toBe(0)
  })
})

describe('A32: a payment that is not known', () => {
  const stranger = { topupId: 'topup_later', paymentId: 'pay_later', sessionId: 'cks_later' }

  test('and bears no mark of ours is none of ours', async () => {
    shop = await openShop()
    const { status, body } = await shop.send(ok(stranger, 'payment.succeeded', { metadata: { order: '7' } }))
    expect([status, body.sync_status]).toEqual([200, 'ignored'])
  })

  test('and names a top-up is kept, and applied by itself once there is one', async () => {
    shop = await openShop()
    const { paymentId } = await shop.bought()
    const { status, body } = await shop.send(ok({ ...stranger, paymentId: '' }, 'payment.succeeded'))
    expect([status, body.sync_status]).toEqual([503, 'pending'])
    expect(paymentId).toStartWith('pay_')
    // The row of the top-up, its checkout and its payment become known a moment later.
    const { sql } = shop.bridge
    await sql`update topups set topup_id = 'topup_later'`
    await sql`update sessions set id = 'cks_later', payable_key = 'topup:topup_later'`
    await shop.eventually(
      () => shop.balanceOf(),
      credits => credits === CREDITS,
      5_000,
    )
    await shop.eventually(lastEvent, row => row?.['sync_status'] === 'applied')
  })
})

describe('A35 and A36: money that nothing is owed for', () => {
  const cancel = (topupId: string) =>
    shop.call('POST', '/v1/balance/topups/cancel', { token: ADMIN, body: { topup_id: topupId } })

  test('A35: for a canceled top-up waits for a person', async () => {
    shop = await openShop()
    const bought = await shop.bought()
    expect((await cancel(bought.topupId)).body.status).toBe('canceled')
    const { body } = await shop.send(ok(bought, 'payment.succeeded'))
    expect([body.sync_status, body.error.code]).toEqual(['failed', 'late_payment'])
    expect(await shown()).toMatchObject({ status: 'review', reason: 'late_payment' })
    expect(await shop.balanceOf()).toBe(0)
    expect(shop.dodo.count('POST', '/refunds')).toBe(0)
  })

  test('A35: or goes back at once, as the policy says', async () => {
    shop = await openShop({ config: () => ({ latePayments: 'refund' }) })
    const bought = await shop.bought()
    await cancel(bought.topupId)
    expect((await shop.send(ok(bought, 'payment.succeeded'))).body.sync_status).toBe('ignored')
    expect(shop.dodo.count('POST', '/refunds')).toBe(1)
    expect(await shown()).toMatchObject({ status: 'canceled', refund_status: 'full' })
    expect(await shop.balanceOf()).toBe(0)
  })

  test('A36: a second payment of the same top-up is refunded, once', async () => {
    shop = await openShop()
    const bought = await shop.bought()
    await shop.send(ok(bought, 'payment.succeeded'))
    const second = { payment_id: 'pay_D2' }
    for (let copy = 0; copy < 2; copy++)
      expect((await shop.send(ok(bought, 'payment.succeeded', second))).body.sync_status).toBe('ignored')
    const refunds = shop.dodo.calls.filter(call => call.path === '/refunds')
    expect(refunds.map(call => call.body['payment_id'])).toEqual(['pay_D2'])
    expect(await shop.balanceOf()).toBe(CREDITS)
    expect(await shown()).toMatchObject({ status: 'paid', provider_payment_id: 'pay_D1', refund_status: '' })
  })

  test('A36: or is shown, as the policy says', async () => {
    shop = await openShop({ config: () => ({ duplicatePayments: 'review' }) })
    const bought = await shop.bought()
    await shop.send(ok(bought, 'payment.succeeded'))
    const { body } = await shop.send(ok(bought, 'payment.succeeded', { payment_id: 'pay_D2' }))
    expect([body.sync_status, body.error.code]).toEqual(['failed', 'duplicate_payment'])
    expect(await shown()).toMatchObject({ status: 'paid', reason: 'duplicate_payment' })
    expect(await shop.balanceOf()).toBe(CREDITS)
  })
})

for (const balance of ['ledger', 'lago'] as const)
  describe(`A37: a refund, on the ${balance} balance`, () => {
    const refund = (amount: number, id = 'ref_1') =>
      event('refund.succeeded', {
        refund_id: id,
        payment_id: 'pay_D1',
        amount,
        currency: 'USD',
        status: 'succeeded',
        created_at: new Date().toISOString(),
      })

    test('takes the credits back, once', async () => {
      shop = await openShop({ balance })
      await shop.send(ok(await shop.bought(), 'payment.succeeded'))
      expect((await shop.send(refund(5000))).body.sync_status).toBe('applied')
      expect(await shop.balanceOf()).toBe(0)
      expect((await shop.send(refund(5000))).body.sync_status).toBe('applied')
      expect(await shop.balanceOf()).toBe(0)
      expect((await shop.history()).map(entry => entry['credits_delta'])).toEqual([-CREDITS, CREDITS])
      expect(await shown()).toMatchObject({ status: 'paid', refund_status: 'full', refunded_minor: 5000 })
    })

    test('of a part takes that part, and the parts add up to the cent', async () => {
      shop = await openShop({ balance })
      await shop.send(ok(await shop.bought(), 'payment.succeeded'))
      await shop.send(refund(2500))
      expect(await shop.balanceOf()).toBe(CREDITS / 2)
      expect(await shown()).toMatchObject({ refund_status: 'partial', refunded_minor: 2500 })
      await shop.send(refund(1, 'ref_2'))
      await shop.send(refund(2499, 'ref_3'))
      expect(await shop.balanceOf()).toBe(0)
      expect(await shown()).toMatchObject({ refund_status: 'full' })
    })

    test('of a price with tax on top takes credits in proportion', async () => {
      shop = await openShop({ balance })
      await shop.send(ok(await shop.bought(), 'payment.succeeded', { total_amount: 5900, tax: 900 }))
      await shop.send(refund(2950))
      expect(await shop.balanceOf()).toBe(CREDITS / 2)
    })

    test('that comes before its payment is kept, and applied in order', async () => {
      shop = await openShop({ balance })
      const bought = await shop.bought()
      // Dodo knows the payment, and is asked about it, since a refund names nothing else.
      shop.dodo.payments.set('pay_D1', {
        ...paymentOf(bought, 'payment.succeeded'),
        refunds: [],
        disputes: [],
      })
      await shop.send(refund(2500))
      await shop.send(ok(bought, 'payment.succeeded'))
      await shop.eventually(
        () => shop.balanceOf(),
        credits => credits === CREDITS / 2,
      )
    })
  })

test('A38: an open dispute is shown and moves nothing; a lost one takes the credits', async () => {
  shop = await openShop()
  await shop.send(ok(await shop.bought(), 'payment.succeeded'))
  const dispute = (status: string) =>
    event(`dispute.${status}`, {
      dispute_id: 'dp_1',
      payment_id: 'pay_D1',
      amount: '5000',
      currency: 'USD',
      dispute_stage: 'dispute',
      dispute_status: `dispute_${status}`,
      created_at: new Date().toISOString(),
    })
  const opened = await shop.send(dispute('opened'))
  expect([opened.status, opened.body.sync_status]).toEqual([200, 'ignored'])
  expect(await lastEvent()).toMatchObject({ type: 'dispute.opened' })
  expect(await shop.balanceOf()).toBe(CREDITS)
  const [parked] = await shop.bridge.sql<
    { attention: { reason: string }[] }[]
  >`select attention from payables`
  expect(parked?.attention.map(a => a.reason)).toEqual(['dispute_open'])
  expect((await shop.send(dispute('lost'))).body.sync_status).toBe('applied')
  expect(await shop.balanceOf()).toBe(0)
})
