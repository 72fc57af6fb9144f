import { expect, test } from 'bun:test'
import { HOUR, mandate, mandatePrice, productId, refusal, SECOND, setUp, type World } from './support.ts'

async function setUpMandate(options: Parameters<typeof setUp>[0] = {}) {
  const world = setUp(options)
  const found = await mandate(world, { owner: 'mandate' })
  world.received.length = 0
  const charge = (product_price: number, metadata?: Record<string, string>) =>
    world.client.subscriptions.charge(found.id, { product_price, ...(metadata && { metadata }) })
  return { ...world, ...found, charge }
}

const status = async (world: World, id: string) => (await world.client.subscriptions.retrieve(id)).status

test('a charge is answered at once and decided later', async () => {
  const { client, clock, charge, types, id } = await setUpMandate()
  const { payment_id } = await charge(4200, { lago_invoice_id: 'inv-1' })
  expect(await client.payments.retrieve(payment_id)).toMatchObject({
    status: 'processing',
    total_amount: 4200,
  })
  await clock.advance(SECOND)
  expect(await client.payments.retrieve(payment_id)).toMatchObject({
    status: 'succeeded',
    metadata: { lago_invoice_id: 'inv-1' },
    subscription_id: id,
    product_cart: null,
  })
  expect(types()).toEqual(['payment.succeeded'])
})

test('a charge without metadata wears those of the subscription', async () => {
  const { client, charge } = await setUpMandate()
  const { payment_id } = await charge(4200)
  expect((await client.payments.retrieve(payment_id)).metadata).toEqual({ owner: 'mandate' })
})

test('a second charge beside an open one is refused', async () => {
  const { clock, charge } = await setUpMandate()
  await charge(4200)
  expect(await refusal(charge(4200))).toBe('409 PREVIOUS_PAYMENT_PENDING')
  await clock.advance(SECOND)
  expect((await charge(4200)).payment_id).toMatch(/^pay_/)
})

test('an Indian mandate stays open for two days, and says so', async () => {
  const { dodo, clock, charge, types, id } = await setUpMandate()
  dodo.control.scriptCharges(id, { outcome: 'succeeded', afterMs: 50 * HOUR, announceProcessing: true })
  await charge(4200)
  await clock.advance(49 * HOUR)
  expect(types()).toEqual(['payment.processing'])
  expect(await refusal(charge(1000))).toBe('409 PREVIOUS_PAYMENT_PENDING')
  await clock.advance(HOUR)
  expect(types()).toEqual(['payment.processing', 'payment.succeeded'])
})

test('a declined charge puts the subscription on hold; a later success brings it back', async () => {
  const world = await setUpMandate()
  world.dodo.control.scriptCharges(world.id, {
    outcome: 'failed',
    errorCode: 'INSUFFICIENT_FUNDS',
    afterMs: 1000,
  })
  const { payment_id } = await world.charge(4200)
  await world.clock.advance(SECOND)
  expect((await world.client.payments.retrieve(payment_id)).error_code).toBe('INSUFFICIENT_FUNDS')
  expect(await status(world, world.id)).toBe('on_hold')
  const again = await world.charge(4200)
  await world.clock.advance(SECOND)
  expect((await world.client.payments.retrieve(again.payment_id)).retry_attempt).toBe(1)
  expect(await status(world, world.id)).toBe('active')
  expect(world.types()).toEqual([
    'payment.failed',
    'subscription.on_hold',
    'payment.succeeded',
    'subscription.active',
  ])
})

test('where holding blocks, a new card pays what is due and ends it', async () => {
  const world = await setUpMandate({ onHoldModel: 'blocked', charges: { outcome: 'failed', afterMs: 0 } })
  await world.charge(4200)
  expect(await refusal(world.charge(4200))).toBe('400 SUBSCRIPTION_INACTIVE')
  const update = await world.client.subscriptions.updatePaymentMethod(world.id, {
    payment_method: { type: 'new', return_url: 'http://shop.test/back' },
  })
  expect(update.payment_link).toStartWith('http://dodo.test/session/cks_')
  const sessionId = update.payment_link?.split('/').at(-1) ?? ''
  const payment = await world.dodo.control.pay(sessionId, { card: '5555 5555 5555 4444' })
  expect(payment).toMatchObject({
    payment_id: update.payment_id ?? '',
    total_amount: 4200,
    is_update_payment_method: true,
    card_last_four: '4444',
  })
  await world.clock.runDue()
  expect(world.types()).toEqual([
    'payment.failed',
    'subscription.on_hold',
    'payment.succeeded',
    'subscription.update_payment_method',
    'subscription.active',
  ])
})

test('on an active subscription a new card costs nothing', async () => {
  const world = await setUpMandate()
  const update = await world.client.subscriptions.updatePaymentMethod(world.id, {
    payment_method: { type: 'new' },
  })
  const payment = await world.dodo.control.pay(update.payment_link?.split('/').at(-1) ?? '')
  expect(payment).toMatchObject({ total_amount: 0, is_update_payment_method: true })
})

test('a stored card takes over at once', async () => {
  const world = await setUpMandate()
  const { items } = await world.client.customers.retrievePaymentMethods(world.customerId)
  const update = await world.client.subscriptions.updatePaymentMethod(world.id, {
    payment_method: { type: 'existing', payment_method_id: items[0]?.payment_method_id ?? '' },
  })
  expect(update).toMatchObject({ payment_id: null, payment_link: null })
  expect(
    await refusal(
      world.client.subscriptions.updatePaymentMethod(world.id, {
        payment_method: { type: 'existing', payment_method_id: 'pm_x' },
      }),
    ),
  ).toBe('404 NOT_FOUND')
})

test('a charge that hangs stays open until somebody decides it', async () => {
  const { dodo, client, clock, charge } = await setUpMandate({ charges: { outcome: 'hang' } })
  const { payment_id } = await charge(4200)
  await clock.advance(1000 * HOUR)
  expect((await client.payments.retrieve(payment_id)).status).toBe('processing')
  await dodo.control.settle(payment_id, 'failed', 'NETWORK_TIMEOUT')
  expect(await client.payments.retrieve(payment_id)).toMatchObject({
    status: 'failed',
    error_code: 'NETWORK_TIMEOUT',
  })
})

test('a mandate that was cancelled, is about to be, or has run out takes no charge', async () => {
  const world = await setUpMandate()
  await world.client.subscriptions.update(world.id, { cancel_at_next_billing_date: true })
  expect(await refusal(world.charge(4200))).toBe('400 CHARGE_NOT_ALLOWED_FOR_SCHEDULED_CANCELLATION')
  await world.client.subscriptions.update(world.id, { cancel_at_next_billing_date: false })
  await world.client.subscriptions.update(world.id, { status: 'cancelled' })
  expect(await refusal(world.charge(4200))).toBe('400 SUBSCRIPTION_INACTIVE')
  expect(world.dodo.state.payments.by('subscription', world.id)).toHaveLength(1)

  const brief = await productId(
    world,
    mandatePrice({ subscription_period_count: 1, subscription_period_interval: 'Day' }),
  )
  const { subscription_id } = await world.dodo.control.createMandate({ productId: brief })
  await world.clock.advance(25 * HOUR)
  expect(await refusal(world.client.subscriptions.charge(subscription_id, { product_price: 4200 }))).toBe(
    '400 SUBSCRIPTION_EXPIRED',
  )
  expect(world.types()).toContain('subscription.expired')
})

test('after ten failures in a row no further charge is taken', async () => {
  const { charge } = await setUpMandate({ charges: { outcome: 'failed', afterMs: 0 } })
  for (let attempt = 0; attempt <= 10; attempt++) await charge(4200)
  expect(await refusal(charge(4200))).toBe('400 SUBSCRIPTION_PAYMENT_RETRY_LIMIT_EXCEEDED')
})

test('a charge is a whole amount of at least the smallest charge', async () => {
  const { charge } = await setUpMandate()
  expect(await refusal(charge(49))).toBe('422 TOTAL_PAYMENT_AMOUNT_BELOW_MINIMUM_AMOUNT')
  expect(await refusal(charge(99.5))).toBe('422 INVALID_REQUEST_BODY')
  expect(await refusal(charge(-100))).toBe('422 INVALID_REQUEST_BODY')
  expect(await refusal(charge(2 ** 31))).toBe('422 INVALID_REQUEST_BODY')
})

test('subscriptions are listed by customer and status', async () => {
  const { client, customerId, id } = await setUpMandate()
  const found = async (query: Parameters<typeof client.subscriptions.list>[0]) =>
    (await client.subscriptions.list({ page_number: 0, ...query })).items.map(item => item.subscription_id)
  expect(await found({ customer_id: customerId, status: 'active' })).toEqual([id])
  expect(await found({ status: 'on_hold' })).toEqual([])
})
