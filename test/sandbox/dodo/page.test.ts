import { expect, test } from 'bun:test'
import { DAY, payWhatYouWant, productId, setUp, type World } from './support.ts'

async function open(world: World, over: { amount?: number; cancel_url?: string; name?: string } = {}) {
  const { product_id } = await world.client.products.create({
    name: over.name ?? 'Invoice',
    tax_category: 'saas',
    price: payWhatYouWant(),
  })
  const { session_id, checkout_url } = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1, ...(over.amount !== undefined && { amount: over.amount }) }],
    billing_address: { country: 'DE' },
    return_url: 'http://shop.test/thanks?order=1',
    cancel_url: over.cancel_url ?? null,
  })
  const url = checkout_url ?? ''
  const submit = (fields: Record<string, string>) =>
    world.fetch(url, { method: 'POST', body: new URLSearchParams(fields) })
  const status = async () => (await world.client.checkoutSessions.retrieve(session_id)).payment_status
  const show = async () => (await world.fetch(url)).text()
  return { submit, status, show }
}

test('the page shows who asks for how much, and the tax in it, without anything from elsewhere', async () => {
  const world = setUp({ merchantName: 'Acme & Sons' })
  const { show } = await open(world, { amount: 11_900, name: '<b>Bold</b>' })
  const html = await show()
  expect(html).toContain('Acme &#38; Sons')
  expect(html).toContain('USD 119.00')
  expect(html).toContain('USD 19.00')
  expect(html).not.toContain('<b>Bold</b>')
  expect(html).not.toMatch(/(src|href)="http/)
})

test('paying leads back to the merchant with the payment and its status', async () => {
  const world = setUp()
  const { submit, status, show } = await open(world, { amount: 1000 })
  const response = await submit({ action: 'pay', email: 'ada@example.com' })
  const target = new URL(response.headers.get('location') ?? '')
  expect(response.status).toBe(303)
  expect(target.origin + target.pathname).toBe('http://shop.test/thanks')
  expect(Object.fromEntries(target.searchParams)).toEqual({
    order: '1',
    payment_id: expect.stringMatching(/^pay_/),
    status: 'succeeded',
    email: 'ada@example.com',
  })
  expect(await status()).toBe('succeeded')
  expect(await show()).toContain('has been paid')
})

test('a decline keeps the customer on the page, with the reason and another try', async () => {
  const world = setUp()
  const { submit, status } = await open(world, { amount: 1000 })
  const html = await (await submit({ action: 'decline', code: 'EXPIRED_CARD' })).text()
  expect(html).toContain('EXPIRED_CARD')
  expect(html).toContain('value="pay"')
  expect(await status()).toBe('failed')
  expect((await submit({ action: 'pay' })).status).toBe(303)
  expect(await status()).toBe('succeeded')
})

for (const [action, outcome] of [
  ['confirm', 'succeeded'],
  ['fail', 'failed'],
] as const) {
  test(`3-D Secure waits for the customer to ${action}`, async () => {
    const world = setUp()
    const { submit, status, show } = await open(world, { amount: 1000 })
    expect((await submit({ action: '3ds' })).headers.get('location')).toStartWith('/session/')
    expect(await status()).toBe('requires_customer_action')
    expect(await show()).toContain('value="confirm"')
    await submit({ action })
    expect(await status()).toBe(outcome)
  })
}

test('closing goes to the cancel URL and pays nothing; without one there is no such button', async () => {
  const world = setUp()
  const closable = await open(world, { amount: 1000, cancel_url: 'http://shop.test/cart' })
  expect((await closable.submit({ action: 'close' })).headers.get('location')).toBe('http://shop.test/cart')
  expect(await closable.status()).toBeNull()
  expect(await (await open(world, { amount: 1000 })).show()).not.toContain('value="close"')
})

test('where the amount is open the customer types it, not less than the minimum', async () => {
  const world = setUp()
  const { submit, status, show } = await open(world)
  expect(await show()).toContain('name="amount"')
  expect(await (await submit({ action: 'pay', amount: '0.49' })).text()).toContain('below the product')
  expect(await status()).toBeNull()
  await submit({ action: 'pay', amount: '12.34' })
  const { items } = await world.client.payments.list({ page_number: 0 })
  expect(items).toMatchObject([{ total_amount: 1234 }])
})

test('an expired link says so and takes no money', async () => {
  const world = setUp()
  const { submit, show } = await open(world, { amount: 1000 })
  await world.clock.advance(DAY)
  expect(await show()).toContain('expired')
  await submit({ action: 'pay' })
  expect(world.dodo.state.payments.size).toBe(0)
})

test('an unknown link is a page too', async () => {
  const world = setUp()
  await productId(world)
  const response = await world.fetch('http://dodo.test/session/cks_x')
  expect(response.status).toBe(404)
  expect(response.headers.get('content-type')).toContain('text/html')
})
