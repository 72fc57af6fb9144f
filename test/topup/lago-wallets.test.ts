import { afterEach, describe, expect, test } from 'bun:test'
import type { FakeLagoOptions } from '../../sandbox/lago/fake-lago.ts'
import { ADMIN, CREDITS, event, ok, openShop, type Shop } from './support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

const walletsOf = (user: string) => shop.lago.state.customersByExternalId.get(user)?.wallets ?? []
const transactions = () => walletsOf('user_1').flatMap(wallet => wallet.transactions)
const invoicesKnown = () =>
  shop.bridge.sql<{ state: string; say: string }[]>`select state, say from payables where kind = 'invoice'`

for (const [what, options] of [
  ['with a licence', { premium: true }],
  ['without a licence', { premium: false }],
  ['of an old version', { premium: false, version: '1.20' }],
] as const satisfies [string, FakeLagoOptions][])
  describe(`a Lago ${what}`, () => {
    test('is told of the money by one settled transaction that bears our mark', async () => {
      shop = await openShop({ balance: 'lago', lago: options })
      const bought = await shop.bought()
      expect(transactions()).toEqual([])
      await shop.send(ok(bought, 'payment.succeeded'))
      const [transaction, ...others] = transactions()
      expect(others).toEqual([])
      expect(transaction).toMatchObject({
        status: 'settled',
        transaction_status: 'purchased',
        amount_cents: 5000,
      })
      expect(Object.fromEntries((transaction?.metadata ?? []).map(({ key, value }) => [key, value]))).toEqual(
        {
          topup_id: bought.topupId,
          payment_id: bought.paymentId,
          dodo_payment_id: 'pay_D1',
          origin: 'lago-dodo-bridge',
        },
      )
      expect(transaction?.invoice).toMatchObject({ invoice_type: 'credit', payment_status: 'succeeded' })
      const [row] = await shop.bridge.sql`select lago_wallet_transaction_id, lago_invoice_id from topups`
      expect(row).toEqual({
        lago_wallet_transaction_id: transaction?.lago_id,
        lago_invoice_id: transaction?.invoice?.lago_id,
      } as never)
    })

    test('sends word of its invoice, and that never opens a second checkout', async () => {
      shop = await openShop({ balance: 'lago', lago: options })
      const bought = await shop.bought()
      await shop.send(ok(bought, 'payment.succeeded'))
      await shop.eventually(invoicesKnown, rows => rows.length === 1 && rows[0]?.state === 'closed')
      expect((await invoicesKnown())[0]?.say).toContain('top-up that was paid for')
      expect(shop.dodo.count('POST', '/checkouts')).toBe(1)
    })
  })

test("Lago's word of the invoice may come before its answer to the call that caused it", async () => {
  shop = await openShop({ balance: 'lago', lago: { premium: false } })
  const bought = await shop.bought()
  // The transaction is written, its answer is late, and the webhook of its invoice is faster.
  shop.lago.faults.add({
    method: 'PUT',
    path: /^\/api\/v1\/invoices\//,
    fault: { kind: 'slow', ms: 700 },
    times: 1,
  })
  shop.lago.faults.add({
    method: 'POST',
    path: '/api/v1/wallet_transactions',
    fault: { kind: 'lost-answer' },
    times: 1,
  })
  await shop.send(ok(bought, 'payment.succeeded'))
  await shop.eventually(invoicesKnown, rows => rows[0]?.state === 'closed')
  await shop.eventually(
    () => shop.balanceOf(),
    credits => credits === CREDITS,
  )
  expect(shop.dodo.count('POST', '/checkouts')).toBe(1)
})

test("an operator's own top-up in Lago is an invoice like any other", async () => {
  shop = await openShop({ balance: 'lago', showsProduct: true })
  const wallet = shop.lago.control.createWallet({ external_customer_id: 'user_1', currency: 'USD' })
  shop.lago.control.topUpFromConsole({ wallet_id: wallet.lago_id, paid_credits: '12.5' })
  await shop.eventually(
    () => shop.dodo.calls.filter(call => call.path === '/checkouts'),
    calls => calls.length === 1,
  )
  expect(shop.dodo.calls.find(call => call.path === '/checkouts')?.body).toMatchObject({
    product_cart: [{ amount: 1250 }],
  })
})

test('a customer that Lago does not know cannot buy', async () => {
  shop = await openShop({ balance: 'lago' })
  const stranger = await shop.tokenOf('stranger')
  const { status, body } = await shop.call('POST', '/v1/balance/topups/create', {
    token: stranger,
    body: { credits: CREDITS },
  })
  expect([status, body.error.code]).toEqual([422, 'customer_unknown'])
  expect(await shop.balanceOf(stranger)).toBe(0)
})

test('the wallet of a customer is used if its credits are dollars, and one is opened if there is none', async () => {
  shop = await openShop({ balance: 'lago' })
  shop.lago.control.createWallet({ external_customer_id: 'user_1', currency: 'USD', rate_amount: '2.0' })
  const dollars = shop.lago.control.createWallet({ external_customer_id: 'user_1', currency: 'USD' })
  await shop.send(ok(await shop.bought(), 'payment.succeeded'))
  expect(walletsOf('user_1')).toHaveLength(2)
  expect(walletsOf('user_1').find(w => w.lago_id === dollars.lago_id)?.balance_cents).toBe(5000)
})

test('ten top-ups of a new customer that are paid at once open one wallet', async () => {
  shop = await openShop({
    balance: 'lago',
    config: usual => ({ worker: { ...usual.worker, backoffMs: 50, backoffMaxMs: 200 } }),
  })
  const all = await Promise.all(Array.from({ length: 10 }, () => shop.bought(1_000_000)))
  await Promise.all(
    all.map((bought, n) =>
      shop.send(ok(bought, 'payment.succeeded', { payment_id: `pay_W${n}`, total_amount: 100 })),
    ),
  )
  await shop.eventually(
    () => shop.balanceOf(),
    credits => credits === 10_000_000,
    20_000,
  )
  expect(walletsOf('user_1')).toHaveLength(1)
  expect(transactions()).toHaveLength(10)
}, 30_000)

test('credits that were spent before the refund are a shortfall for a person', async () => {
  shop = await openShop({ balance: 'lago' })
  await shop.send(ok(await shop.bought(), 'payment.succeeded'))
  const [wallet] = walletsOf('user_1')
  shop.lago.control.topUpFromConsole({ wallet_id: wallet?.lago_id ?? '', voided_credits: '30.0' })
  const refund = {
    refund_id: 'ref_1',
    payment_id: 'pay_D1',
    amount: 5000,
    currency: 'USD',
    status: 'succeeded',
  }
  expect((await shop.send(event('refund.succeeded', refund))).body.sync_status).toBe('applied')
  expect(await shop.balanceOf()).toBe(0)
  const [row] = await shop.bridge.sql<{ attention: { reason: string }[] }[]>`
    select attention from payables where kind = 'topup'`
  expect(row?.attention.map(a => a.reason)).toEqual(['wallet_shortfall'])
  const [debit] = await shop.bridge.sql`select debited, shortfall from topup_debits`
  expect(debit).toEqual({ debited: 20_000_000, shortfall: 30_000_000 } as never)
})

test('a balance that cannot be reached is said to be away, and is not taken for an empty one', async () => {
  shop = await openShop({ balance: 'lago' })
  shop.lago.faults.add({ path: /^\/api\/v1\/wallets/, fault: { kind: 'status', status: 500 } })
  const { status, body } = await shop.call('GET', '/v1/balance/me', { token: shop.u1 })
  expect([status, body.error.code]).toEqual([503, 'balance_unavailable'])
})

test('the history tells every movement and what it left', async () => {
  shop = await openShop({ balance: 'lago' })
  await shop.send(ok(await shop.bought(), 'payment.succeeded'))
  const [wallet] = walletsOf('user_1')
  shop.lago.control.topUpFromConsole({ wallet_id: wallet?.lago_id ?? '', granted_credits: '10.0' })
  shop.lago.control.topUpFromConsole({ wallet_id: wallet?.lago_id ?? '', voided_credits: '15.5' })
  const pages: unknown[] = []
  let cursor = ''
  do {
    const { body } = await shop.call('GET', `/v1/balance/history?user_id=user_1&limit=2${cursor}`, {
      token: ADMIN,
    })
    pages.push(
      ...body.items.map(({ kind, credits_delta, credits_after }) => [kind, credits_delta, credits_after]),
    )
    cursor = body.next_cursor ? `&cursor=${body.next_cursor}` : ''
  } while (cursor)
  expect(pages).toEqual([
    ['sub', -15_500_000, 44_500_000],
    ['add', 10_000_000, 60_000_000],
    ['topup', 50_000_000, 50_000_000],
  ])
})
