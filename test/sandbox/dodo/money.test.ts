import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { taxed } from '../../../sandbox/dodo/tax.ts'
import { payWhatYouWant, productId, refusal, setUp } from './support.ts'

test('a tax-inclusive price is what the customer pays; the tax is carved out of it', async () => {
  const world = setUp()
  const product_id = await productId(world)
  const { session_id } = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1, amount: 11_900 }],
    billing_address: { country: 'DE' },
  })
  expect(await world.dodo.control.pay(session_id)).toMatchObject({
    total_amount: 11_900,
    tax: 1900,
    currency: 'USD',
  })
})

test('a tax-exclusive price has the tax on top', async () => {
  const world = setUp()
  const product_id = await productId(world, payWhatYouWant({ tax_inclusive: false }))
  const { session_id } = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1, amount: 10_000 }],
    billing_address: { country: 'DE' },
  })
  expect(await world.dodo.control.pay(session_id)).toMatchObject({ total_amount: 11_900, tax: 1900 })
})

test('a business with a tax id pays no tax', async () => {
  const world = setUp()
  const product_id = await productId(world, payWhatYouWant({ tax_inclusive: false }))
  const { session_id } = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1, amount: 10_000 }],
    billing_address: { country: 'DE' },
    tax_id: 'DE123456789',
  })
  expect(await world.dodo.control.pay(session_id)).toMatchObject({ total_amount: 10_000, tax: 0 })
})

test('a preview says what the session will charge, and creates nothing', async () => {
  const world = setUp()
  for (const tax_inclusive of [true, false]) {
    const product_id = await productId(world, payWhatYouWant({ tax_inclusive }))
    const body = {
      product_cart: [{ product_id, quantity: 1, amount: 10_001 }],
      billing_address: { country: 'DE' as const },
    }
    const preview = await world.client.checkoutSessions.preview(body)
    const { session_id } = await world.client.checkoutSessions.create(body)
    const payment = await world.dodo.control.pay(session_id)
    expect(preview.current_breakup).toMatchObject({ total_amount: payment.total_amount, tax: payment.tax })
    expect(preview).toMatchObject({ currency: 'USD', billing_country: 'DE', is_byop: false })
  }
  expect(world.dodo.state.sessions.size).toBe(2)
})

test('a preview without a country is for the United States', async () => {
  const world = setUp()
  const preview = await world.client.checkoutSessions.preview({
    product_cart: [{ product_id: await productId(world), quantity: 1, amount: 500 }],
  })
  expect(preview.billing_country).toBe('US')
})

const adaptiveCurrency = { enabled: true, perUsd: { EUR: 0.9, INR: 80 }, byCountry: { DE: 'EUR', IN: 'INR' } }

test('adaptive currency charges local money with the fee on top, and settles in the product currency', async () => {
  const world = setUp({ adaptiveCurrency, taxRates: {} })
  const product_id = await productId(world)
  const { session_id } = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1, amount: 10_000 }],
    billing_address: { country: 'DE' },
  })
  expect(await world.dodo.control.pay(session_id)).toMatchObject({
    currency: 'EUR',
    total_amount: 9360,
    settlement_currency: 'USD',
    settlement_amount: 10_000,
  })
})

test('the currency can be pinned although adaptive currency is on', async () => {
  const world = setUp({ adaptiveCurrency })
  const product_id = await productId(world)
  const { session_id } = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1, amount: 10_000 }],
    billing_address: { country: 'DE' },
    billing_currency: 'USD',
    feature_flags: { allow_currency_selection: false },
  })
  expect(await world.dodo.control.pay(session_id)).toMatchObject({ currency: 'USD', total_amount: 10_000 })
})

test('the billing currency is ignored while adaptive currency is off', async () => {
  const world = setUp()
  const product_id = await productId(world)
  const { session_id } = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1, amount: 10_000 }],
    billing_currency: 'EUR',
  })
  expect(await world.dodo.control.pay(session_id)).toMatchObject({ currency: 'USD' })
})

test('a payment can come in another amount or currency than was asked', async () => {
  const world = setUp()
  const product_id = await productId(world)
  const { session_id } = await world.client.checkoutSessions.create({
    product_cart: [{ product_id, quantity: 1, amount: 5000 }],
  })
  const payment = await world.dodo.control.pay(session_id, { amountOverride: 4999, currencyOverride: 'EUR' })
  expect(payment).toMatchObject({ total_amount: 4999, currency: 'EUR' })
})

test('a currency nobody can be charged in makes no product', async () => {
  const world = setUp()
  expect(await refusal(productId(world, payWhatYouWant({ currency: 'KWD' })))).toBe(
    '422 UNSUPPORTED_CURRENCY',
  )
  expect(await refusal(productId(world, payWhatYouWant({ suggested_price: 40 })))).toBe(
    '422 INVALID_SUGGESTED_PRICE',
  )
})

test('tax carved out of or added to a price is rounded to the nearest minor unit', () => {
  expect(taxed(1000, 19, true)).toEqual({ gross: 1000, tax: 160 })
  expect(taxed(1234, 19, true)).toEqual({ gross: 1234, tax: 197 })
  expect(taxed(1234, 19, false)).toEqual({ gross: 1468, tax: 234 })
  expect(taxed(1, 8.1, true)).toEqual({ gross: 1, tax: 0 })
})

test('tax is never negative nor more than the price, and adding it is the inverse of carving it out', () => {
  fc.assert(
    fc.property(fc.nat(2_000_000_000), fc.integer({ min: 0, max: 30 }), (amount, percent) => {
      const carved = taxed(amount, percent, true)
      expect(carved.gross).toBe(amount)
      expect(carved.tax).toBeGreaterThanOrEqual(0)
      expect(carved.tax).toBeLessThanOrEqual(amount)
      const added = taxed(carved.gross - carved.tax, percent, false)
      expect(Math.abs(added.gross - amount)).toBeLessThanOrEqual(1)
    }),
  )
})
