import { afterEach, expect, test } from 'bun:test'
import { ok, openShop, type Shop } from './support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

test('an event that was judged by a run which died before its end is judged again', async () => {
  shop = await openShop()
  const bought = await shop.bought()
  await shop.send(ok(bought, 'payment.succeeded', { total_amount: 1 }))
  const { sql } = shop.bridge
  const outcomes = async () =>
    (await sql<{ outcome: string }[]>`select outcome from deliveries`).map(row => row.outcome)
  await shop.eventually(outcomes, ([outcome]) => outcome === 'applied')
  // As it is when a process dies between the verdict and the end of its run, and more is known at the next.
  await sql`update payment_events set sync_status = 'pending'`
  await sql`update deliveries set outcome = 'stored', processed_at = null`
  await sql`update payables set due_at = clock_timestamp(), kicks = kicks + 1`
  await shop.eventually(outcomes, ([outcome]) => outcome === 'applied', 3_000)
  const [row] = await sql`select sync_status from payment_events`
  expect({ ...row }).toEqual({ sync_status: 'failed' })
})
