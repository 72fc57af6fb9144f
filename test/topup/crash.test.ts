import { afterEach, expect, test } from 'bun:test'
import type { Config } from '../support/config.ts'
import { startProcess } from './support/process.ts'
import { CREDITS, event, ok, openShop, type Shop } from './support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

const brisk = (usual: Config) => ({ worker: { ...usual.worker, leaseMs: 1_000, backoffMs: 300 } })

/** Everything that must hold once the dust has settled. */
async function converged() {
  await shop.eventually(
    () => shop.payments(),
    ([payment]) => payment?.['status'] === 'paid',
    20_000,
  )
  await shop.eventually(
    () => shop.events(),
    ([row]) => row?.['sync_status'] === 'applied',
    5_000,
  )
  expect(await shop.balanceOf()).toBe(CREDITS)
  expect(await shop.history()).toHaveLength(1)
  const topups = (await shop.call('GET', '/v1/balance/topups/me', { token: shop.u1 })).body.items
  expect(topups[0]).toMatchObject({ status: 'paid' })
}

test('A33: a balance that is away once is asked again, and credits once', async () => {
  shop = await openShop({ balance: 'lago', config: brisk })
  const bought = await shop.bought()
  const mended = shop.lago.faults.add({ path: /^\/api\/v1\/wallets/, fault: { kind: 'status', status: 503 } })
  const paid = ok(bought, 'payment.succeeded')
  const failed = await shop.send(paid)
  expect([failed.status, failed.body.sync_status, failed.body.error.code]).toEqual([
    500,
    'failed',
    'not_applied_yet',
  ])
  expect((await shop.events())[0]).toMatchObject({ sync_status: 'failed' })
  expect(String((await shop.events())[0]?.['sync_error'])).toContain('503')
  mended()
  expect(await shop.balanceOf()).toBe(0)
  await Promise.all([1, 2].map(() => shop.send(paid)))
  await converged()
})

test('A33: the worker alone is enough', async () => {
  shop = await openShop({ balance: 'lago', config: brisk })
  const bought = await shop.bought()
  shop.lago.faults.add({
    method: 'POST',
    path: '/api/v1/wallet_transactions',
    fault: { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
    times: 2,
  })
  await shop.send(ok(bought, 'payment.succeeded'))
  await converged()
})

test('A34: a kill between the credit and the word of it, on the ledger, credits once', async () => {
  shop = await openShop({ config: brisk })
  const bought = await shop.bought()
  const { sql } = shop.bridge
  // Holds up whoever wants to write down what became of the event, until the process is gone.
  await sql`create function held_up() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$`
  await sql`create trigger held_up before insert on payment_events for each row execute function held_up()`
  await shop.bridge.worker.stop(0)
  const victim = await startProcess(shop.config)
  const paid = ok(bought, 'payment.succeeded')
  const answer = fetch(`${victim.url}/v1/payment/webhook`, {
    method: 'POST',
    body: paid.body,
    headers: paid.headers,
  }).catch(() => null)
  await shop.eventually(
    () => shop.balanceOf(),
    credits => credits === CREDITS,
  )
  await victim.kill()
  expect(await answer).toBeNull()
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`
  await sql`drop trigger held_up on payment_events`
  expect((await shop.events())[0]?.['sync_status']).not.toBe('applied')
  await shop.restart()
  await converged()
}, 30_000)

test('A34: a kill while Lago was writing the credits finds them again', async () => {
  shop = await openShop({ balance: 'lago', config: brisk })
  const bought = await shop.bought()
  await shop.bridge.worker.stop(0)
  const victim = await startProcess(shop.config)
  // Lago does it, and the answer never comes.
  shop.lago.faults.add({
    method: 'POST',
    path: '/api/v1/wallet_transactions',
    fault: { kind: 'hang' },
    times: 1,
  })
  const paid = ok(bought, 'payment.succeeded')
  const answer = fetch(`${victim.url}/webhooks/dodo`, {
    method: 'POST',
    body: paid.body,
    headers: { 'content-type': 'application/json', ...paid.headers },
  })
  expect((await answer).status).toBe(200)
  await shop.eventually(
    () => shop.lago.faults.count('POST', '/api/v1/wallet_transactions'),
    count => count === 1,
  )
  await victim.kill()
  await shop.restart()
  await converged()
  expect(shop.lago.faults.count('POST', '/api/v1/wallet_transactions')).toBe(1)
}, 30_000)

test('A34: credits whose answer was lost are found by their mark, not asked for twice', async () => {
  shop = await openShop({ balance: 'lago', config: brisk })
  const bought = await shop.bought()
  shop.lago.faults.add({
    method: 'POST',
    path: '/api/v1/wallet_transactions',
    fault: { kind: 'lost-answer' },
    times: 1,
  })
  await shop.send(ok(bought, 'payment.succeeded'))
  await converged()
  expect(shop.lago.faults.count('POST', '/api/v1/wallet_transactions')).toBe(1)
})

test('A37: credits that were taken back, but whose answer was lost, are not taken twice', async () => {
  shop = await openShop({ balance: 'lago', config: brisk })
  const bought = await shop.bought()
  await shop.send(ok(bought, 'payment.succeeded'))
  shop.lago.faults.add({
    method: 'POST',
    path: '/api/v1/wallet_transactions',
    fault: { kind: 'lost-answer' },
    times: 1,
  })
  const refund = {
    refund_id: 'ref_1',
    payment_id: 'pay_D1',
    amount: 2000,
    currency: 'USD',
    status: 'succeeded',
  }
  await shop.send(event('refund.succeeded', refund))
  await shop.eventually(
    () => shop.events(),
    ([row]) => row?.['sync_status'] === 'applied',
  )
  expect(await shop.balanceOf()).toBe(CREDITS - 20_000_000)
})

for (const balance of ['ledger', 'lago'] as const)
  test(`A44: a restart between any two steps changes nothing, on the ${balance} balance`, async () => {
    shop = await openShop({ balance })
    const topupId = await shop.topup()
    await shop.restart()
    const { body } = await shop.checkout(topupId)
    await shop.restart()
    expect((await shop.checkout(topupId)).body).toEqual(body)
    const bought = { topupId, paymentId: body.payment_id, sessionId: String(body['provider_session_id']) }
    const failed = ok(bought, 'payment.failed')
    await shop.send(failed)
    await shop.restart()
    expect((await shop.send(failed)).body.sync_status).toBe('applied')
    const paid = ok(bought, 'payment.succeeded')
    await shop.send(paid)
    await shop.restart()
    expect((await shop.send(paid)).body.sync_status).toBe('applied')
    await unchanged()
  })

async function unchanged() {
  expect((await shop.payments())[0]).toMatchObject({ status: 'paid' })
  expect(await shop.balanceOf()).toBe(CREDITS)
  expect(await shop.history()).toHaveLength(1)
}
