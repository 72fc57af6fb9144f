import { expect, test } from 'bun:test'
import { MINUTE, paid, productId, refusal, setUp } from './support.ts'

async function manyPayments(count: number) {
  const world = setUp()
  const product_id = await productId(world)
  const ids: string[] = []
  for (let index = 0; index < count; index++) {
    const { session_id } = await world.client.checkoutSessions.create({
      product_cart: [{ product_id, quantity: 1 }],
    })
    ids.push((await world.dodo.control.pay(session_id)).payment_id)
    await world.clock.advance(MINUTE)
  }
  return { ...world, ids }
}

test('pages count from zero, hold ten, and end with an empty page', async () => {
  const { fetch, dodo, ids } = await manyPayments(23)
  const page = async (query: string) => {
    const response = await fetch(`http://dodo.test/payments${query}`, {
      headers: { authorization: `Bearer ${dodo.apiKey}` },
    })
    const body = (await response.json()) as { items: { payment_id: string }[] }
    expect(Object.keys(body)).toEqual(['items'])
    return body.items.map(item => item.payment_id)
  }
  const pages = [
    await page(''),
    await page('?page_number=1'),
    await page('?page_number=2'),
    await page('?page_number=3'),
  ]
  expect(pages.map(items => items.length)).toEqual([10, 10, 3, 0])
  expect(pages.flat().toSorted()).toEqual(ids.toSorted())
  expect(await page('?page_size=100')).toHaveLength(23)
})

test('a page of more than a hundred, or a negative one, is refused', async () => {
  const { client } = setUp()
  expect(await refusal(client.payments.list({ page_size: 101 }))).toBe('422 INVALID_QUERY_PARAMS')
  expect(await refusal(client.payments.list({ page_number: -1 }))).toBe('422 INVALID_QUERY_PARAMS')
  expect(await refusal(client.payments.list({ created_at_gte: 'yesterday' }))).toBe(
    '422 INVALID_QUERY_PARAMS',
  )
})

test('the time window of a list includes both its ends', async () => {
  const { client, ids } = await manyPayments(10)
  const minute = (index: number) =>
    new Date(Date.parse('2026-01-01T00:00:00.000Z') + index * MINUTE).toISOString()
  const { items } = await client.payments.list({
    page_number: 0,
    created_at_gte: minute(3),
    created_at_lte: minute(6),
  })
  expect(items.map(item => item.payment_id).toSorted()).toEqual(ids.slice(3, 7).toSorted())
})

test('payments are found by status, customer, currency and product', async () => {
  const world = setUp()
  const { payment, product } = await paid(world, 1000)
  await world.dodo.control.createForeignPayment({ amount: 700, currency: 'EUR', status: 'failed' })
  const found = async (query: Parameters<typeof world.client.payments.list>[0]) =>
    (await world.client.payments.list({ page_number: 0, ...query })).items.map(item => item.payment_id)
  const only = [payment.payment_id]
  expect(await found({})).toHaveLength(2)
  expect(await found({ status: 'succeeded' })).toEqual(only)
  expect(await found({ customer_id: payment.customer.customer_id })).toEqual(only)
  expect(await found({ currency: 'USD' })).toEqual(only)
  expect(await found({ product_id: product })).toEqual(only)
  expect(await found({ customer_id: 'cus_x' })).toEqual([])
})

test('a list item is shorter than the payment', async () => {
  const world = setUp()
  const { payment } = await paid(world, 1000)
  const { items } = await world.client.payments.list({ page_number: 0 })
  expect(items[0]).toMatchObject({
    payment_id: payment.payment_id,
    total_amount: 1000,
    has_license_key: false,
  })
  for (const field of [
    'billing',
    'tax',
    'refunds',
    'disputes',
    'error_code',
    'checkout_session_id',
    'updated_at',
  ]) {
    expect(items[0]).not.toHaveProperty(field)
    expect(payment).toHaveProperty(field)
  }
})

test('line items name the product, its tax and what can still be refunded', async () => {
  const world = setUp()
  const { payment, product } = await paid(world, 11_900, { country: 'DE' })
  await world.dodo.control.createRefund(payment.payment_id, 900)
  expect(await world.client.payments.retrieveLineItems(payment.payment_id)).toEqual({
    currency: 'USD',
    items: [
      {
        items_id: product,
        name: 'Invoice',
        description: null,
        amount: 11_900,
        tax: 1900,
        refundable_amount: 11_000,
      },
    ],
  })
})

test('an invoice is a document', async () => {
  const world = setUp()
  const { payment } = await paid(world, 1000)
  const document = await (await world.client.invoices.payments.retrieve(payment.payment_id)).text()
  expect(document).toStartWith('%PDF-')
  expect(document).toContain('USD 10.00')
})

test('without the right key nothing is shown, and unknown things are not found', async () => {
  const { fetch, client } = setUp()
  const response = await fetch('http://dodo.test/payments', { headers: { authorization: 'Bearer wrong' } })
  expect([response.status, await response.json()]).toEqual([
    401,
    { code: 'UNAUTHORIZED', message: 'Invalid or missing API key' },
  ])
  expect(await refusal(client.payments.retrieve('pay_x'))).toBe('404 NOT_FOUND')
  expect(await refusal(client.checkoutSessions.retrieve('cks_x'))).toBe('404 NOT_FOUND')
  expect(await refusal(client.subscriptions.retrieve('sub_x'))).toBe('404 NOT_FOUND')
  expect(await refusal(client.refunds.retrieve('ref_x'))).toBe('404 NOT_FOUND')
  expect(await refusal(client.disputes.retrieve('dp_x'))).toBe('404 NOT_FOUND')
})

test('a body that is not JSON is refused', async () => {
  const { fetch, dodo } = setUp()
  const response = await fetch('http://dodo.test/checkouts', {
    method: 'POST',
    headers: { authorization: `Bearer ${dodo.apiKey}` },
    body: '{"product_cart":',
  })
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
    422,
    'INVALID_REQUEST_BODY',
  ])
})

test('over the rate limit the answer is 429, and every answer says what is left', async () => {
  const { client, clock } = setUp({ rateLimit: { perMinute: 60, burst: 2 } })
  const { response } = await client.payments.list({ page_number: 0 }).withResponse()
  expect(response.headers.get('x-ratelimit-limit')).toBe('60')
  expect(response.headers.get('x-ratelimit-remaining')).toBe('1')
  await client.payments.list({ page_number: 0 })
  expect(await refusal(client.payments.list({ page_number: 0 }))).toBe('429 TOO_MANY_REQUESTS')
  await clock.advance(1000)
  expect((await client.payments.list({ page_number: 0 })).items).toEqual([])
})
