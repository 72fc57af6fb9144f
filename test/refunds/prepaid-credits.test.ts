import { afterEach, expect, test } from 'bun:test'
import { eventually, startWorld, type World } from '../support/world.ts'
import { notesBecome, notesOf, parkedFor, pay, payableOf, refundsOf } from './support.ts'

let world: World
afterEach(() => world.stop())

/** A top-up bought in Lago and paid through Dodo. */
async function paidTopUp() {
  world = await startWorld()
  const { lago } = world
  const wallet = lago.control.createWallet({
    external_customer_id: 'cust_w',
    currency: 'USD',
    name: 'Credits',
  })
  const [transaction] = lago.control.topUpFromConsole({ wallet_id: wallet.lago_id, paid_credits: '50.0' })
  const invoiceId = await eventually(
    async () =>
      (await call(`wallet_transactions/${transaction?.lago_id}`)).wallet_transaction?.lago_invoice_id,
    id => typeof id === 'string',
  )
  const paymentId = await pay(world, invoiceId ?? '')
  await eventually(
    () => balance(wallet.lago_id),
    cents => cents === 5000,
  )
  return { walletId: wallet.lago_id, invoiceId: invoiceId ?? '', paymentId }
}

type Answer = { wallet_transaction?: { lago_invoice_id?: string }; wallet?: { balance_cents: number } }

async function call(path: string, body?: unknown): Promise<Answer> {
  const response = await world.lago.fetch(
    new Request(`http://lago.test/api/v1/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${world.lago.apiKey}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  )
  return (await response.json()) as Answer
}

const balance = async (walletId: string) => (await call(`wallets/${walletId}`)).wallet?.balance_cents

const spend = (walletId: string, credits: string) =>
  call('wallet_transactions', { wallet_transaction: { wallet_id: walletId, voided_credits: credits } })

test('a top-up bought in Lago is collected once, and its refund takes the credits back', async () => {
  const { walletId, invoiceId, paymentId } = await paidTopUp()
  expect(world.dodo.faults.count('POST', '/checkouts')).toBe(1)
  await world.dodo.control.createRefund(paymentId, 2000)
  await notesBecome(world, invoiceId, [[2000, 'succeeded']])
  expect(await balance(walletId)).toBe(3000)
})

test('a refund of spent credits takes back what is left, and shows the shortfall', async () => {
  const { walletId, invoiceId, paymentId } = await paidTopUp()
  await spend(walletId, '35.0')
  await world.dodo.control.createRefund(paymentId, 4000)
  await notesBecome(world, invoiceId, [[1500, 'succeeded']])
  const row = await parkedFor(world, invoiceId, 'wallet_shortfall')
  expect(row?.attention[0]?.detail).toContain('USD 25.00')
  expect(await balance(walletId)).toBe(0)
  expect((await refundsOf(world, paymentId)).map(r => r.amount)).toEqual([4000])
})

test('a refund of credits that are all spent writes no credit note, and shows the whole', async () => {
  const { walletId, invoiceId, paymentId } = await paidTopUp()
  await spend(walletId, '50.0')
  await world.dodo.control.createRefund(paymentId)
  const row = await parkedFor(world, invoiceId, 'wallet_shortfall')
  expect(row?.attention[0]?.detail).toContain('USD 50.00')
  expect(await notesOf(world, invoiceId)).toHaveLength(0)
  expect((await payableOf(world, invoiceId))?.state).toBe('paid')
})
