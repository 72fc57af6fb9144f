import { expect, test } from 'bun:test'
import { DAY, mandate, paid, refusal, SECOND, setUp } from './support.ts'

const atOnce = { refunds: { initial: 'succeeded' } } as const

test('a refund without items gives back everything', async () => {
  const world = setUp(atOnce)
  const { payment } = await paid(world, 5000, { metadata: { lago_invoice_id: 'inv-1' } })
  const refund = await world.client.refunds.create({ payment_id: payment.payment_id, reason: 'wish' })
  expect(refund).toMatchObject({
    amount: 5000,
    currency: 'USD',
    is_partial: false,
    status: 'succeeded',
    reason: 'wish',
  })
  expect(refund.metadata).toEqual({})
  expect(await world.client.payments.retrieve(payment.payment_id)).toMatchObject({
    refund_status: 'full',
    refunds: [{ refund_id: refund.refund_id, amount: 5000, status: 'succeeded' }],
  })
  expect(await refusal(world.client.refunds.create({ payment_id: payment.payment_id }))).toBe(
    '400 PAYMENT_ALREADY_REFUNDED',
  )
})

test('parts can be refunded one after the other, never more than was paid', async () => {
  const world = setUp(atOnce)
  const { payment, product } = await paid(world, 5000)
  const refund = (amount: number) =>
    world.client.refunds.create({ payment_id: payment.payment_id, items: [{ item_id: product, amount }] })
  expect(await refund(2000)).toMatchObject({ amount: 2000, is_partial: true })
  expect((await world.client.payments.retrieve(payment.payment_id)).refund_status).toBe('partial')
  expect(await refusal(refund(5001))).toBe('400 REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT')
  expect(await refusal(refund(3001))).toBe('400 LINE_ITEM_REFUND_AMOUNT_TOO_HIGH')
  expect(await refusal(refund(0))).toBe('400 LINE_ITEM_REFUND_AMOUNT_TOO_LOW')
  expect((await refund(3000)).amount).toBe(3000)
  expect((await world.client.payments.retrieve(payment.payment_id)).refund_status).toBe('full')
})

test('an amount before tax gives back its share of the tax too', async () => {
  const world = setUp(atOnce)
  const { payment, product } = await paid(world, 11_900, { country: 'DE' })
  const refund = await world.client.refunds.create({
    payment_id: payment.payment_id,
    items: [{ item_id: product, amount: 1000, tax_inclusive: false }],
  })
  expect(refund.amount).toBe(1190)
})

test('the items of a refund must be those of the payment, each once', async () => {
  const world = setUp(atOnce)
  const { payment, product } = await paid(world, 5000)
  const refund = (...ids: string[]) =>
    world.client.refunds.create({
      payment_id: payment.payment_id,
      items: ids.map(item_id => ({ item_id, amount: 100 })),
    })
  expect(await refusal(refund('pdt_x'))).toBe('400 LINE_ITEM_NOT_FOUND')
  expect(await refusal(refund(product, product))).toBe('400 DUPLICATE_LINE_ITEMS_IN_REQUEST')
  expect(await refusal(refund())).toBe('422 INVALID_REQUEST_BODY')
  expect(await refusal(world.client.refunds.create({ payment_id: 'pay_x' }))).toBe('404 NOT_FOUND')
})

test('one refund of a payment at a time: the next waits for the first', async () => {
  const world = setUp()
  const { payment, product } = await paid(world, 5000)
  const refund = () =>
    world.client.refunds.create({
      payment_id: payment.payment_id,
      items: [{ item_id: product, amount: 100 }],
    })
  const first = await refund()
  expect(first.status).toBe('pending')
  expect((await world.client.payments.retrieve(payment.payment_id)).refund_status).toBeNull()
  expect(await refusal(refund())).toBe('409 EXISTING_REFUND_REQUEST_PROCESSING')
  await world.clock.advance(SECOND)
  expect((await world.client.refunds.retrieve(first.refund_id)).status).toBe('succeeded')
  expect(world.types()).toContain('refund.succeeded')
  expect((await refund()).refund_id).not.toBe(first.refund_id)
})

test('a refund under review may fail days later, and then the money can be refunded again', async () => {
  const world = setUp()
  const { payment } = await paid(world, 5000)
  world.dodo.control.scriptRefunds(payment.payment_id, {
    initial: 'review',
    final: 'failed',
    afterMs: 3 * DAY,
  })
  const { refund_id, status } = await world.client.refunds.create({ payment_id: payment.payment_id })
  expect(status).toBe('review')
  await world.clock.advance(3 * DAY)
  expect((await world.client.refunds.retrieve(refund_id)).status).toBe('failed')
  expect(world.types()).toEqual(['payment.succeeded', 'refund.failed'])
  expect((await world.client.refunds.create({ payment_id: payment.payment_id })).amount).toBe(5000)
})

test('a refund left pending is settled by hand, once', async () => {
  const world = setUp({ refunds: { initial: 'pending' } })
  const { payment } = await paid(world, 5000)
  const { refund_id } = await world.client.refunds.create({ payment_id: payment.payment_id })
  await world.clock.advance(10 * DAY)
  expect((await world.client.refunds.retrieve(refund_id)).status).toBe('pending')
  await world.dodo.control.settleRefund(refund_id, 'succeeded')
  await expect(world.dodo.control.settleRefund(refund_id, 'failed')).rejects.toMatchObject({
    code: 'UNSUPPORTED_ACTION',
  })
})

test('only succeeded payments of some money are refunded, and only for thirty days', async () => {
  const world = setUp()
  const failed = await world.dodo.control.createForeignPayment({
    amount: 500,
    currency: 'USD',
    status: 'failed',
  })
  expect(await refusal(world.client.refunds.create({ payment_id: failed.payment_id }))).toBe(
    '400 PAYMENT_NOT_SUCCEEDED',
  )

  await mandate(world)
  const { items } = await world.client.payments.list({ page_number: 0, status: 'succeeded' })
  expect(await refusal(world.client.refunds.create({ payment_id: items[0]?.payment_id ?? '' }))).toBe(
    '400 ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED',
  )

  const { payment } = await paid(world, 5000)
  await world.clock.advance(30 * DAY + 1)
  expect(await refusal(world.client.refunds.create({ payment_id: payment.payment_id }))).toBe(
    '400 REFUND_WINDOW_EXPIRED',
  )
})

test('some methods refund in full only', async () => {
  const world = setUp(atOnce)
  const { product, session } = await paid(world, 5000)
  const again = await world.client.checkoutSessions.create({
    product_cart: [{ product_id: product, quantity: 1, amount: 6000 }],
  })
  expect(again.session_id).not.toBe(session.session_id)
  const { payment_id } = await world.dodo.control.pay(again.session_id, { paymentMethodType: 'klarna' })
  expect(
    await refusal(world.client.refunds.create({ payment_id, items: [{ item_id: product, amount: 100 }] })),
  ).toBe('400 PARTIAL_REFUND_NOT_ALLOWED')
  expect((await world.client.refunds.create({ payment_id })).amount).toBe(6000)
})

test('a refund made in the dashboard carries no metadata, and its list entry less than itself', async () => {
  const world = setUp()
  const { payment } = await paid(world, 5000, { metadata: { lago_invoice_id: 'inv-1' } })
  const refund = await world.dodo.control.createRefund(payment.payment_id, 700)
  expect(refund).toMatchObject({ metadata: {}, amount: 700, is_partial: true })
  const { items } = await world.client.refunds.list({
    page_number: 0,
    customer_id: payment.customer.customer_id,
  })
  expect(items).toHaveLength(1)
  for (const field of ['metadata', 'customer', 'brand_id']) expect(items[0]).not.toHaveProperty(field)
  expect((await world.client.refunds.list({ page_number: 0, status: 'failed' })).items).toEqual([])
})
