import { expect, test } from 'bun:test'
import { mandatePrice, payWhatYouWant, productId, refusal, setUp } from './support.ts'

test('a product is read back as it was made, and changed by a patch', async () => {
  const world = setUp()
  const id = await productId(world)
  expect(await world.client.products.retrieve(id)).toMatchObject({
    name: 'Invoice',
    is_recurring: false,
    tax_category: 'saas',
    price: payWhatYouWant(),
  })
  await world.client.products.update(id, { name: 'Balance', price: payWhatYouWant({ price: 100 }) })
  expect(await world.client.products.retrieve(id)).toMatchObject({ name: 'Balance', price: { price: 100 } })
  expect(
    await refusal(
      world.client.products.update(id, { price: payWhatYouWant({ price: 100, suggested_price: 1 }) }),
    ),
  ).toBe('422 INVALID_SUGGESTED_PRICE')
})

test('archived products leave the list, and come back', async () => {
  const world = setUp()
  const once = await productId(world)
  const recurring = await productId(world, mandatePrice())
  const found = async (query: Parameters<typeof world.client.products.list>[0]) =>
    (await world.client.products.list({ page_number: 0, ...query })).items.map(item => item.product_id)
  expect(await found({})).toEqual([recurring, once])
  expect(await found({ recurring: true })).toEqual([recurring])
  await world.client.products.archive(once)
  expect(await found({})).toEqual([recurring])
  expect(await found({ archived: true })).toEqual([once])
  expect(await refusal(world.client.products.archive(once))).toBe('410 PRODUCT_IS_DELETED')
  await world.client.products.unarchive(once)
  expect(await found({})).toHaveLength(2)
})

test('a product needs a name, a price and a tax category', async () => {
  const world = setUp()
  const create = (body: object) => world.client.post('/products', { body })
  expect(await refusal(create({ price: payWhatYouWant(), tax_category: 'saas' }))).toBe(
    '422 INVALID_REQUEST_BODY',
  )
  expect(await refusal(create({ name: 'x', tax_category: 'saas' }))).toBe('422 INVALID_REQUEST_BODY')
  expect(await refusal(create({ name: 'x', price: payWhatYouWant(), tax_category: 'gold' }))).toBe(
    '422 INVALID_REQUEST_BODY',
  )
  expect(
    await refusal(create({ name: 'x'.repeat(101), price: payWhatYouWant(), tax_category: 'saas' })),
  ).toBe('422 INVALID_REQUEST_BODY')
})

test('the same e-mail address twice is two customers, found by it and by a part of the name', async () => {
  const { client } = setUp()
  const ada = await client.customers.create({
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    metadata: { a: '1' },
  })
  const other = await client.customers.create({ email: 'ada@example.com', name: 'Ada Byron' })
  const found = async (query: Parameters<typeof client.customers.list>[0]) =>
    (await client.customers.list({ page_number: 0, ...query })).items.map(item => item.customer_id)
  expect(await found({ email: 'ADA@example.com' })).toEqual([other.customer_id, ada.customer_id])
  expect(await found({ name: 'lovel' })).toEqual([ada.customer_id])
  await client.customers.update(ada.customer_id, { email: 'countess@example.com', name: 'Countess' })
  expect(await client.customers.retrieve(ada.customer_id)).toMatchObject({
    name: 'Countess',
    metadata: { a: '1' },
  })
  expect(await found({ email: 'ada@example.com' })).toEqual([other.customer_id])
  expect(await found({ email: 'countess@example.com' })).toEqual([ada.customer_id])
  expect(await refusal(client.customers.create({ email: 'no address', name: 'x' }))).toBe(
    '422 INVALID_REQUEST_BODY',
  )
})

test('a customer has a portal link and payment methods in an object', async () => {
  const world = setUp()
  const { customer_id } = await world.client.customers.create({ email: 'ada@example.com', name: 'Ada' })
  const { link } = await world.client.customers.customerPortal.create(customer_id)
  expect(link).toStartWith(`http://dodo.test/portal/${customer_id}`)
  expect((await world.fetch(link)).status).toBe(200)
  expect(await world.client.customers.retrievePaymentMethods(customer_id)).toEqual({ items: [] })
})

test('the supported countries are two-letter codes', async () => {
  const { client } = setUp()
  const countries = await client.misc.listSupportedCountries()
  expect(countries).toContain('DE')
  expect(countries.every(code => /^[A-Z]{2}$/.test(code))).toBe(true)
})
