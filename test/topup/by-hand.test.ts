import { afterEach, expect, test } from 'bun:test'
import { ADMIN, CREDITS, ok, openShop, type Shop } from './support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

const finish = (topup_id: string) =>
  shop.call('POST', '/v1/balance/topups/finish', { token: ADMIN, body: { topup_id } })
const statusOf = async (id: string) => {
  const [row] = await shop.bridge.sql<{ status: string }[]>`select status from topups where topup_id = ${id}`
  return row?.status
}

test('credits that an operator gives by hand come although the answer of Lago was lost, and come once', async () => {
  shop = await openShop({ balance: 'lago', lago: { premium: true } })
  const id = await shop.topup()
  shop.lago.faults.add({ method: 'POST', path: '/api/v1/payments', fault: { kind: 'lost-answer' }, times: 1 })
  expect((await finish(id)).status).toBe(503)
  await shop.eventually(
    () => statusOf(id),
    status => status === 'paid',
  )
  expect(await shop.balanceOf()).toBe(CREDITS)
  expect([...shop.lago.state.walletTransactions.values()].map(t => t.status)).toEqual(['settled'])
})

test('money that comes while an operator gives the credits by hand has a place of its own', async () => {
  shop = await openShop({ balance: 'lago', lago: { premium: true } })
  const bought = await shop.bought()
  shop.lago.faults.add({ method: 'POST', path: '/api/v1/payments', fault: { kind: 'lost-answer' }, times: 1 })
  expect((await finish(bought.topupId)).status).toBe(503)
  await shop.send(ok(bought, 'payment.succeeded'))
  await shop.eventually(
    async () => (await shop.payments())[0]?.['status'],
    status => status === 'review',
  )
  expect(await shop.balanceOf()).toBe(CREDITS)
})
