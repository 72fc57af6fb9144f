import { afterEach, expect, test } from 'bun:test'
import { ADMIN, CREDITS, ok, openShop, paymentOf, type Shop } from './support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

const FIELDS = [
  'payment_id provider topup_id user_id provider_session_id provider_payment_id provider_order_id credits',
  'amount_minor currency status checkout_url metadata_json created_at updated_at',
]
  .join(' ')
  .split(' ')

test('A39: a user sees their own payments, an administrator all, the last changed first', async () => {
  shop = await openShop()
  const first = await shop.bought()
  const theirs = await shop.topup(CREDITS, shop.u2)
  await shop.checkout(theirs, shop.u2)
  const second = await shop.bought(1_000_000)
  await shop.send(ok(first, 'payment.succeeded'))
  const ids = (await shop.payments()).map(row => row['payment_id'])
  expect(ids).toEqual([first.paymentId, second.paymentId])
  const all = (await shop.call('GET', '/v1/payment/payments', { token: ADMIN })).body.items
  expect(all.map(row => row['user_id'])).toEqual(['user_1', 'user_1', 'user_2'])
  for (const row of all) {
    for (const field of FIELDS) expect(row).toHaveProperty(field)
    expect(Object.values(row)).not.toContain(null)
    expect(row['updated_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  }
  expect(JSON.parse(String(all[0]?.['metadata_json']))).toEqual({
    note: 'recharge',
    provider: 'dodo',
    product_id: 'pdt_test',
  })
  const only = (await shop.call('GET', '/v1/payment/payments?status=paid', { token: ADMIN })).body.items
  expect(only.map(row => row['payment_id'])).toEqual([first.paymentId])
})

test('A39: events are listed newest first, byte for byte as they came', async () => {
  shop = await openShop()
  const bought = await shop.bought()
  const sent = [ok(bought, 'payment.processing'), ok(bought, 'payment.succeeded')]
  for (const each of sent) await shop.send(each)
  const events = await shop.events()
  expect(events.map(row => row['event_id'])).toEqual(sent.toReversed().map(({ id }) => `dodo:${id}`))
  expect(events[0]).toMatchObject({
    provider: 'dodo',
    type: 'payment.succeeded',
    payload_json: sent[1]?.body,
    sync_status: 'applied',
    sync_error: '',
    payment_id: bought.paymentId,
  })
  const applied = await shop.call('GET', '/v1/payment/events?sync_status=applied', { token: ADMIN })
  expect(applied.body.items).toHaveLength(1)
})

test('A40: lists are cut into pages that lose nothing and show nothing twice', async () => {
  shop = await openShop({ config: usual => ({ topup: { ...usual.topup, maxOpen: 100 } }) })
  const made = await Promise.all(Array.from({ length: 25 }, () => shop.bought(1_000_000)))
  await shop.send(ok(made[3] ?? { topupId: '', paymentId: '', sessionId: '' }, 'payment.processing'))
  const pages = async (path: string, token: string, limit: string) => {
    const seen: unknown[] = []
    let cursor = ''
    for (let page = 0; page < 50; page++) {
      const { body } = await shop.call('GET', `${path}?${limit}${cursor}`, { token })
      seen.push(...body.items.map(row => row['payment_id'] ?? row['topup_id'] ?? row['event_id']))
      if (body.next_cursor === null) break
      cursor = `&cursor=${body.next_cursor}`
    }
    return seen
  }
  for (const [path, token, ids] of [
    ['/v1/payment/payments/me', shop.u1, made.map(each => each.paymentId)],
    ['/v1/payment/payments', ADMIN, made.map(each => each.paymentId)],
    ['/v1/balance/topups/me', shop.u1, made.map(each => each.topupId)],
  ] as const)
    for (const limit of ['limit=1', 'limit=7', 'limit=nonsense', 'limit=9999']) {
      const seen = await pages(path, token, limit)
      expect([path, limit, seen.length, new Set(seen).size]).toEqual([path, limit, 25, 25])
      expect(new Set(seen)).toEqual(new Set(ids))
    }
  const one = await shop.call('GET', '/v1/payment/payments?limit=1', { token: ADMIN })
  expect(one.body.items).toHaveLength(1)
  expect(one.body.next_cursor).toBeString()
  const usual = await shop.call('GET', '/v1/payment/payments', { token: ADMIN })
  expect(usual.body.items).toHaveLength(20)
  const forged = await shop.call('GET', '/v1/payment/payments?cursor=nonsense', { token: ADMIN })
  expect([forged.status, forged.body.error.code]).toEqual([400, 'invalid_cursor'])
})

const page = (path: string) => shop.call('GET', `/v1/payment/redirect/${path}`)
const refOf = () => {
  const call = shop.dodo.calls.findLast(each => each.path === '/checkouts')
  return new URL(String(call?.body['return_url'])).search
}

test('A41: the result pages are what the contract says, and believe no good news from the address', async () => {
  shop = await openShop()
  for (const [path, words] of [
    ['success', 'Payment completed'],
    ['cancel', 'Payment canceled'],
  ] as const) {
    const { status, text, headers } = await page(path)
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
    expect(text).toContain(words)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text).toContain('<html lang="en">')
  }
  for (const query of [
    '?status=failed',
    '?status=succeeded&payment_id=pay_D1',
    `?ref=${'x'.repeat(22)}&status=succeeded`,
  ]) {
    const { text } = await page(`success${query}`)
    expect(text).not.toContain('Payment completed')
    expect(text).not.toContain('accepted')
  }
  const { text } = await page('success?status=%3Cscript%3Ealert(1)%3C/script%3E&payment_id=%3Cscript%3E')
  expect(text).not.toContain('<script>')
})

test('A41: a buyer who comes back sees what is known here, and nothing is credited by looking', async () => {
  shop = await openShop()
  const bought = await shop.bought()
  const ref = refOf()
  expect(ref).toMatch(/^\?ref=[\w-]{22}$/)
  const waiting = await page(`success${ref}&status=succeeded`)
  expect(waiting.text).toContain('Payment in progress')
  expect(waiting.headers.get('refresh')).toBe('4')
  expect(await shop.balanceOf()).toBe(0)
  await shop.send(ok(bought, 'payment.failed'))
  expect((await page(`success${ref}&status=succeeded`)).text).toContain('Payment failed')
  await shop.send(ok(bought, 'payment.succeeded'))
  const done = await page(`success${ref}&status=failed`)
  expect(done.text).toContain('Payment completed')
  expect(done.text).toContain('USD 50.00')
  expect((await page(`cancel${ref}`)).text).toContain('Payment completed')
  expect(await shop.balanceOf()).toBe(CREDITS)
})

test('A41: a success whose event was lost is found when the buyer comes back', async () => {
  shop = await openShop()
  const bought = await shop.bought()
  const ref = refOf()
  shop.dodo.payments.set('pay_D1', { ...paymentOf(bought, 'payment.succeeded'), refunds: [], disputes: [] })
  shop.dodo.sessions.set(bought.sessionId, { payment_id: 'pay_D1', payment_status: 'succeeded' })
  expect((await page(`success${ref}`)).text).toContain('Payment completed')
  expect(await shop.balanceOf()).toBe(CREDITS)
})

for (const balance of ['ledger', 'lago'] as const)
  test(`A42: an operator finishes or cancels a pending top-up, once, on the ${balance} balance`, async () => {
    shop = await openShop({ balance })
    const act = (what: string, topup_id: string, token = ADMIN) =>
      shop.call('POST', `/v1/balance/topups/${what}`, { token, body: { topup_id, note: 'by hand' } })
    const bought = await shop.bought()
    expect((await act('finish', bought.topupId, shop.u1)).status).toBe(403)
    expect((await act('cancel', bought.topupId, shop.u1)).status).toBe(403)
    expect((await act('finish', 'topup_nobody')).status).toBe(404)
    const finished = await act('finish', bought.topupId)
    expect([finished.status, finished.body.status]).toEqual([200, 'paid'])
    expect(await shop.balanceOf()).toBe(CREDITS)
    const again = await act('finish', bought.topupId)
    expect([again.status, again.body.error.message]).toEqual([409, 'topup is already paid'])
    expect((await act('cancel', bought.topupId)).status).toBe(409)
    const late = await shop.send(ok(bought, 'payment.succeeded'))
    expect([late.body.sync_status, late.body.error.code]).toEqual(['failed', 'late_payment'])
    expect(await shop.balanceOf()).toBe(CREDITS)
    const canceled = await shop.topup(1_000_000)
    expect((await act('cancel', canceled)).body).toMatchObject({ status: 'canceled', note: 'by hand' })
    expect((await act('finish', canceled)).status).toBe(409)
    expect((await act('cancel', canceled)).status).toBe(409)
  })

for (const balance of ['ledger', 'lago'] as const)
  test(`A43: 2,500 dollars are credited to the last credit, on the ${balance} balance`, async () => {
    shop = await openShop({ balance })
    const bought = await shop.bought(2_500_000_000)
    const paid = ok(bought, 'payment.succeeded', { total_amount: 250_000 })
    expect((await shop.send(paid)).body.sync_status).toBe('applied')
    const { body } = await shop.call('GET', '/v1/balance/me', { token: shop.u1 })
    expect(body).toMatchObject({
      user_id: 'user_1',
      credits: 2_500_000_000,
      unit: 'credits',
      usd: 2500,
      conversion: { credits_per_usd: 1_000_000, usd_decimals: 6 },
      display: '$2500.00',
    })
  })
