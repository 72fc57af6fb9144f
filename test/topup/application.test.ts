import { afterEach, describe, expect, test } from 'bun:test'
import { CREDITS, ok, openShop, type Shop } from './support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

for (const balance of ['ledger', 'lago'] as const)
  describe(`on the ${balance} balance`, () => {
    test('A18: a signed success is applied and credited', async () => {
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
      const [payment] = await shop.payments()
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
  })
