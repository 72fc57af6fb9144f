import { afterEach, describe, expect, test } from 'bun:test'
import { eventually } from '../support/world.ts'
import { ADMIN, CREDITS, ok, openShop, type Shop } from './support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

const statusOf = async () => (await shop.payments())[0]?.['status']

for (const balance of ['ledger', 'lago'] as const)
  describe(`on the ${balance} balance`, () => {
    test('A22: the same event again answers the same and moves nothing', async () => {
      shop = await openShop({ balance })
      const paid = ok(await shop.bought(), 'payment.succeeded')
      const first = await shop.send(paid)
      const again = await shop.send(paid)
      expect([again.status, again.body]).toEqual([first.status, first.body])
      expect(await shop.events()).toHaveLength(1)
      expect(await shop.balanceOf()).toBe(CREDITS)
    })

    test('A22: fifty copies at once are credited once', async () => {
      shop = await openShop({ balance })
      const paid = ok(await shop.bought(), 'payment.succeeded')
      const answers = await Promise.all(Array.from({ length: 50 }, () => shop.send(paid)))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(await shop.balanceOf()).toBe(CREDITS)
      expect(await shop.history()).toHaveLength(1)
      expect((await shop.events()).map(row => row['sync_status'])).toEqual(['applied'])
    })

    test('A27: two events of one success at once are credited once', async () => {
      shop = await openShop({ balance })
      const bought = await shop.bought()
      const answers = await Promise.all([1, 2].map(() => shop.send(ok(bought, 'payment.succeeded'))))
      for (const { status, body } of answers)
        expect([200, true]).toEqual([status, ['applied', 'ignored'].includes(body.sync_status)])
      expect(await shop.balanceOf()).toBe(CREDITS)
      expect(await shop.history()).toHaveLength(1)
    })

    test('one success that comes to both doors is credited once', async () => {
      shop = await openShop({ balance })
      const bought = await shop.bought()
      const doors = ['/webhooks/dodo', '/v1/payment/webhook', '/v1/payment/webhook?provider=dodo']
      await Promise.all(doors.map(door => shop.send(ok(bought, 'payment.succeeded'), door)))
      await shop.eventually(statusOf, status => status === 'paid')
      expect(await shop.balanceOf()).toBe(CREDITS)
      expect(await shop.history()).toHaveLength(1)
      expect((await shop.events()).map(row => row['sync_status'])).toEqual(['applied', 'applied', 'applied'])
    })
  })

test('A23: a payment under way does not swallow its success', async () => {
  shop = await openShop()
  const bought = await shop.bought()
  expect((await shop.send(ok(bought, 'payment.processing'))).body.sync_status).toBe('ignored')
  expect(await statusOf()).toBe('pending')
  expect((await shop.send(ok(bought, 'payment.succeeded'))).body.sync_status).toBe('applied')
  expect(await shop.balanceOf()).toBe(CREDITS)
})

test('A24: a failure does not swallow the success of the same payment', async () => {
  shop = await openShop()
  const bought = await shop.bought()
  expect((await shop.send(ok(bought, 'payment.failed'))).body.sync_status).toBe('applied')
  expect(await statusOf()).toBe('failed')
  expect((await shop.send(ok(bought, 'payment.succeeded'))).body.sync_status).toBe('applied')
  expect(await statusOf()).toBe('paid')
  expect(await shop.balanceOf()).toBe(CREDITS)
})

test('A25: nothing that comes late un-pays', async () => {
  shop = await openShop()
  const bought = await shop.bought()
  await shop.send(ok(bought, 'payment.succeeded'))
  for (const type of ['payment.failed', 'payment.processing', 'payment.cancelled']) {
    expect((await shop.send(ok(bought, type))).body.sync_status).toBe('ignored')
    expect(await statusOf()).toBe('paid')
  }
  expect(await shop.balanceOf()).toBe(CREDITS)
})

for (const pays of ['first', 'second'] as const)
  test(`A26: after a cancellation there is a new checkout, and a success on the ${pays} one is credited once`, async () => {
    shop = await openShop()
    const bought = await shop.bought()
    expect((await shop.send(ok(bought, 'payment.cancelled'))).body.sync_status).toBe('applied')
    expect(await statusOf()).toBe('canceled')
    expect(await shop.balanceOf()).toBe(0)
    const again = await shop.checkout(bought.topupId)
    expect(again.status).toBe(200)
    expect(again.body).toMatchObject({
      payment_id: bought.paymentId,
      provider_session_id: 'cks_2',
      status: 'pending',
    })
    const paid =
      pays === 'first'
        ? ok(bought, 'payment.succeeded')
        : ok({ ...bought, sessionId: 'cks_2' }, 'payment.succeeded', { payment_id: 'pay_D2' })
    expect((await shop.send(paid)).body.sync_status).toBe('applied')
    expect(await statusOf()).toBe('paid')
    expect(await shop.balanceOf()).toBe(CREDITS)
  })

test('A28: failures and successes in a hundred orders never end failed when the credits were given', async () => {
  shop = await openShop({ config: usual => ({ topup: { ...usual.topup, maxOpen: 200 } }) })
  const rounds = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      const bought = await shop.bought(1_000_000)
      const over = { payment_id: `pay_R${n}`, total_amount: 100 }
      const events = ['payment.failed', 'payment.succeeded', 'payment.failed'].map(type =>
        ok(bought, type, over),
      )
      await Promise.all(events.map(each => shop.send(each)))
      return bought.paymentId
    }),
  )
  // A door that has waited long enough answers 503 and leaves the rest to the worker: the end is what counts.
  const statuses = await eventually(
    async () => {
      const { body } = await shop.call('GET', '/v1/payment/payments?limit=200', { token: ADMIN })
      return body.items.map(row => row['status'])
    },
    seen => !seen.includes('pending'),
    20_000,
  )
  expect(statuses).toEqual(rounds.map(() => 'paid'))
  expect(await shop.balanceOf()).toBe(100 * 1_000_000)
}, 60_000)
