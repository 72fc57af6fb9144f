import { expect, test } from 'bun:test'
import type { CheckoutSessionCreateParams } from 'dodopayments/resources/checkout-sessions'
import { DAY, MINUTE, mandatePrice, paid, payWhatYouWant, productId, refusal, setUp } from './support.ts'

const MAX_INT32 = 2 ** 31 - 1

test('a session answers with its id and a link, and with no payment before the customer came', async () => {
  const world = setUp()
  const product_id = await productId(world)
  const session = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1, amount: 1234 }],
    customer: { email: 'ada@example.com', name: 'Ada' },
  })
  expect(session).toEqual({
    session_id: expect.stringMatching(/^cks_/),
    checkout_url: `http://dodo.test/session/${session.session_id}`,
  })
  expect(await world.client.checkoutSessions.retrieve(session.session_id)).toEqual({
    id: session.session_id,
    created_at: '2026-01-01T00:00:00.000Z',
    customer_email: 'ada@example.com',
    customer_name: 'Ada',
    payment_id: null,
    payment_status: null,
  })
})

const refused: [string, (product_id: string) => CheckoutSessionCreateParams, string][] = [
  ['an empty cart', () => ({ product_cart: [] }), '422 PRODUCT_CART_EMTPY'],
  ['an unknown product', () => ({ product_cart: [{ product_id: 'pdt_x', quantity: 1 }] }), '404 NOT_FOUND'],
  [
    'a quantity of none',
    id => ({ product_cart: [{ product_id: id, quantity: 0 }] }),
    '422 INVALID_REQUEST_BODY',
  ],
  [
    'half a cent',
    id => ({ product_cart: [{ product_id: id, quantity: 1, amount: 99.5 }] }),
    '422 INVALID_REQUEST_BODY',
  ],
  [
    'an amount over 32 bits',
    id => ({ product_cart: [{ product_id: id, quantity: 1, amount: MAX_INT32 + 1 }] }),
    '422 INVALID_REQUEST_BODY',
  ],
  [
    'a total over 32 bits',
    id => ({ product_cart: [{ product_id: id, quantity: 2, amount: MAX_INT32 }] }),
    '422 INTEGER_CONVERSION_FAILURE',
  ],
  [
    'less than the product asks',
    id => ({ product_cart: [{ product_id: id, quantity: 1, amount: 49 }] }),
    '422 REQUEST_AMOUNT_BELOW_MINIMUM',
  ],
  [
    'an unknown customer',
    id => ({ product_cart: [{ product_id: id, quantity: 1 }], customer: { customer_id: 'cus_x' } }),
    '404 NOT_FOUND',
  ],
  [
    'an unknown country',
    id => ({ product_cart: [{ product_id: id, quantity: 1 }], billing_address: { country: 'XX' as 'US' } }),
    '422 INVALID_REQUEST_BODY',
  ],
  [
    'a tax id without a country',
    id => ({ product_cart: [{ product_id: id, quantity: 1 }], tax_id: 'DE123' }),
    '422 INVALID_REQUEST_BODY',
  ],
  [
    'confirmation without an address',
    id => ({ product_cart: [{ product_id: id, quantity: 1 }], confirm: true, customer: { email: 'a@b.co' } }),
    '422 INVALID_REQUEST_BODY',
  ],
  [
    'a stored method without a customer',
    id => ({ product_cart: [{ product_id: id, quantity: 1 }], payment_method_id: 'pm_x' }),
    '422 INVALID_REQUEST_BODY',
  ],
  [
    'methods without a card among them',
    id => ({ product_cart: [{ product_id: id, quantity: 1 }], allowed_payment_method_types: ['klarna'] }),
    '422 NO_ELIGIBLE_PAYMENT_METHODS',
  ],
  [
    'a mandate on a one-time product',
    id => ({
      product_cart: [{ product_id: id, quantity: 1 }],
      subscription_data: { on_demand: { mandate_only: true } },
    }),
    '422 ONE_TIME_PRODUCTS_NOT_ALLOWED_FOR_ON_DEMAND',
  ],
  [
    'more than fifty metadata pairs',
    id => ({
      product_cart: [{ product_id: id, quantity: 1 }],
      metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])),
    }),
    '422 MAXIMUM_KEYS_REACHED',
  ],
  [
    'a metadata key of 41 characters',
    id => ({ product_cart: [{ product_id: id, quantity: 1 }], metadata: { ['k'.repeat(41)]: 'v' } }),
    '422 INVALID_REQUEST_BODY',
  ],
  [
    'a metadata value of 501 characters',
    id => ({ product_cart: [{ product_id: id, quantity: 1 }], metadata: { k: 'v'.repeat(501) } }),
    '422 INVALID_REQUEST_BODY',
  ],
]
for (const [what, request, expected] of refused) {
  test(`${what} is refused with ${expected}`, async () => {
    const world = setUp()
    expect(await refusal(world.client.checkoutSessions.create(request(await productId(world))))).toBe(
      expected,
    )
    expect(world.dodo.state.sessions.size).toBe(0)
  })
}

test('a total under the smallest charge of the currency is refused', async () => {
  const world = setUp()
  const product_id = await productId(world, payWhatYouWant({ price: 1 }))
  const create = (amount: number) =>
    world.client.checkoutSessions.create({ product_cart: [{ product_id, quantity: 1, amount }] })
  expect(await refusal(create(49))).toBe('422 TOTAL_PAYMENT_AMOUNT_BELOW_MINIMUM_AMOUNT')
  expect((await create(50)).session_id).toMatch(/^cks_/)
})

test('an archived product can no longer be sold', async () => {
  const world = setUp()
  const product_id = await productId(world)
  await world.client.products.archive(product_id)
  expect(
    await refusal(world.client.checkoutSessions.create({ product_cart: [{ product_id, quantity: 1 }] })),
  ).toBe('410 PRODUCT_IS_DELETED')
})

test('an amount for a product with a fixed price is ignored without an error', async () => {
  const world = setUp()
  const product_id = await productId(world, payWhatYouWant({ pay_what_you_want: false, price: 2000 }))
  const session = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1, amount: 777 }],
  })
  expect((await world.dodo.control.pay(session.session_id)).total_amount).toBe(2000)
})

test('a session paid once cannot be paid again', async () => {
  const world = setUp()
  const { session } = await paid(world, 1000)
  await expect(world.dodo.control.pay(session.session_id)).rejects.toMatchObject({
    code: 'CHECKOUT_SESSION_CONSUMED',
  })
  expect(world.dodo.state.payments.size).toBe(1)
})

test('a session lapses after a day, a confirmed one after a quarter of an hour, both without a word', async () => {
  const world = setUp()
  const product_id = await productId(world)
  const open = await world.client.checkoutSessions.create({ product_cart: [{ product_id, quantity: 1 }] })
  const confirmed = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1, amount: 900 }],
    confirm: true,
    customer: { email: 'ada@example.com' },
    billing_address: { country: 'US', city: 'x', state: 'CA', street: 'y', zipcode: '94000' },
  })
  expect(confirmed).toMatchObject({
    payment_id: expect.stringMatching(/^pay_/),
    client_secret: expect.any(String),
  })
  await world.clock.advance(15 * MINUTE)
  await expect(world.dodo.control.pay(confirmed.session_id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await world.clock.advance(DAY - 15 * MINUTE - 1)
  expect((await world.client.checkoutSessions.retrieve(open.session_id)).payment_id).toBeNull()
  await world.clock.advance(1)
  await expect(world.dodo.control.pay(open.session_id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(world.received).toEqual([])
})

test('a stored method pays a confirmed session without a page', async () => {
  const world = setUp()
  const { payment } = await paid(world, 1000)
  const { customer_id } = payment.customer
  const { items } = await world.client.customers.retrievePaymentMethods(customer_id)
  const session = await world.client.checkoutSessions.create({
    product_cart: [{ product_id: await productId(world), quantity: 1, amount: 900 }],
    confirm: true,
    payment_method_id: items[0]?.payment_method_id ?? '',
    customer: { customer_id },
    billing_address: { country: 'US', city: 'x', state: 'CA', street: 'y', zipcode: '94000' },
  })
  expect(session.checkout_url).toBeNull()
  expect((await world.client.payments.retrieve(session.payment_id ?? '')).status).toBe('processing')
  await world.clock.advance(MINUTE)
  expect(await world.client.payments.retrieve(session.payment_id ?? '')).toMatchObject({
    status: 'succeeded',
    total_amount: 900,
  })
})

for (const [retryModel, same] of [
  ['same-payment', true],
  ['new-payment', false],
] as const) {
  test(`under ${retryModel} a second try after a decline ${same ? 'keeps the payment' : 'is a new payment'}`, async () => {
    const world = setUp({ retryModel })
    const product_id = await productId(world)
    const { session_id } = await world.client.checkoutSessions.create({
      product_cart: [{ product_id, quantity: 1 }],
    })
    const first = await world.dodo.control.pay(session_id, { card: '4000 0000 0000 9995' })
    expect(first).toMatchObject({
      status: 'failed',
      error_code: 'INSUFFICIENT_FUNDS',
      card_last_four: '9995',
    })
    const { payment_id } = first
    const second = await world.dodo.control.pay(session_id)
    expect(second).toMatchObject({ status: 'succeeded', error_code: null })
    expect(second.payment_id === payment_id).toBe(same)
    await world.clock.runDue()
    expect(world.types()).toEqual(['payment.failed', 'payment.succeeded'])
  })
}

test('a payment that needs the customer blocks the session until it is settled', async () => {
  const world = setUp()
  const product_id = await productId(world)
  const { session_id } = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1 }],
  })
  const { payment_id } = await world.dodo.control.pay(session_id, { outcome: 'requires_customer_action' })
  await expect(world.dodo.control.pay(session_id)).rejects.toMatchObject({
    code: 'CHECKOUT_SESSION_CONSUMED',
  })
  await world.clock.runDue()
  expect(world.received).toEqual([])
  await world.dodo.control.settle(payment_id, 'succeeded')
  await expect(world.dodo.control.settle(payment_id, 'failed')).rejects.toMatchObject({
    code: 'UNSUPPORTED_ACTION',
  })
  await world.clock.runDue()
  expect(world.types()).toEqual(['payment.succeeded'])
})

test('the metadata of a session is found on its payment', async () => {
  const world = setUp()
  const { payment, session } = await paid(world, 1000, { metadata: { lago_invoice_id: 'inv-1' } })
  const seen = await world.client.payments.retrieve(payment.payment_id)
  expect(seen).toMatchObject({
    metadata: { lago_invoice_id: 'inv-1' },
    checkout_session_id: session.session_id,
  })
  expect(await world.client.checkoutSessions.retrieve(session.session_id)).toMatchObject({
    payment_id: payment.payment_id,
    payment_status: 'succeeded',
  })
})

test('an e-mail address leads to its newest customer, unless a new one is always wanted', async () => {
  const world = setUp()
  const product_id = await productId(world)
  await world.client.customers.create({ email: 'ada@example.com', name: 'Old' })
  const newest = await world.client.customers.create({ email: 'Ada@example.com', name: 'New' })
  const pay = async (always_create_new_customer: boolean) => {
    const { session_id } = await world.client.checkoutSessions.create({
      product_cart: [{ product_id, quantity: 1 }],
      customer: { email: 'ada@example.com' },
      feature_flags: { always_create_new_customer },
    })
    return (await world.dodo.control.pay(session_id)).customer.customer_id
  }
  expect(await pay(false)).toBe(newest.customer_id)
  expect(await pay(true)).not.toBe(newest.customer_id)
})

test('a mandate checkout charges nothing and leaves an active subscription', async () => {
  const world = setUp()
  const product_id = await productId(world, mandatePrice())
  const { session_id } = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1 }],
    subscription_data: { on_demand: { mandate_only: true } },
    metadata: { owner: 'lago' },
  })
  const payment = await world.dodo.control.pay(session_id)
  expect(payment).toMatchObject({ total_amount: 0, status: 'succeeded', product_cart: null })
  expect(await world.client.subscriptions.retrieve(payment.subscription_id ?? '')).toMatchObject({
    status: 'active',
    on_demand: true,
    has_payment_method: true,
    metadata: { owner: 'lago' },
  })
  await world.clock.runDue()
  expect(world.types().toSorted()).toEqual(['payment.succeeded', 'subscription.active'])
})

test('a mandate that was declined is a failed subscription for good', async () => {
  const world = setUp()
  const product_id = await productId(world, mandatePrice())
  const { session_id } = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1 }],
    subscription_data: { on_demand: { mandate_only: true } },
  })
  const failed = await world.dodo.control.pay(session_id, { outcome: 'failed', errorCode: 'MANDATE_INVALID' })
  const second = await world.dodo.control.pay(session_id)
  expect(second.subscription_id).not.toBe(failed.subscription_id)
  expect((await world.client.subscriptions.retrieve(failed.subscription_id ?? '')).status).toBe('failed')
})
