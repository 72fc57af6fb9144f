import { expect, test } from 'bun:test'
import { CallError } from '../src/calls/call-error.ts'
import type { Dodo } from '../src/dodo/client.ts'
import { ProductCheck } from '../src/products.ts'
import { silentLog } from './support/log.ts'

type Product = Awaited<ReturnType<Dodo['getProduct']>>

const priced = (over: object): Product =>
  ({
    price: {
      type: 'one_time_price',
      currency: 'USD',
      price: 50,
      pay_what_you_want: true,
      tax_inclusive: true,
      discount: 0,
      purchasing_power_parity: false,
      ...over,
    },
  }) as unknown as Product

const check = (getProduct: Dodo['getProduct']) =>
  new ProductCheck({ getProduct }, new Map([['USD', 'pdt_1']]), 'inclusive', silentLog)

test.each([
  ['of a fixed price', { pay_what_you_want: false }, 'not pay-what-you-want'],
  ['of another currency', { currency: 'EUR' }, 'in EUR, not USD'],
  ['with tax on top', { tax_inclusive: false }, 'excludes tax'],
  ['with purchasing power parity', { purchasing_power_parity: true }, 'parity'],
  ['with a discount', { discount: 10 }, 'discount'],
  ['that is a subscription', { type: 'recurring_price' }, 'not a one-time product'],
])('a product %s is named, with what is wrong', async (_, over, fault) => {
  const products = check(async () => priced(over))
  await products.run()
  expect(products.faults.get('pdt_1')).toContain(fault)
})

test('a product that charges exactly what it is asked to has no fault', async () => {
  const products = check(async () => priced({}))
  await products.run()
  expect(products.faults.size).toBe(0)
})

test('a product that Dodo does not know is named', async () => {
  const products = check(async () => {
    throw new CallError('refused', 'dodo', 'GET /products/:id', 404, 'NOT_FOUND', 'no such product')
  })
  await products.run()
  expect(products.faults.get('pdt_1')).toContain('no such product')
})

test('a product that could not be read is read again, and only until it was', async () => {
  let asked = 0
  const products = check(async () => {
    if (++asked === 1) throw new CallError('unknown', 'dodo', 'GET /products/:id', 500, null, 'away')
    return priced({ pay_what_you_want: false })
  })
  await products.run()
  expect(products.faults.size).toBe(0)
  for (let n = 0; n < 3; n++) await products.run()
  expect(products.faults.get('pdt_1')).toContain('not pay-what-you-want')
  expect(asked).toBe(2)
})
