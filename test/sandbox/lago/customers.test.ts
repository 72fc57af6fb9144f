import { describe, expect, test } from 'bun:test'
import { invalid, missing, rig } from './support.ts'

const withPost = () => {
  const kit = rig()
  return { ...kit, post: (customer: object) => kit.call('POST', '/customers', { customer }) }
}

describe('POST /customers', () => {
  test('creates, then changes only what is sent', async () => {
    const { post, settle } = withPost()
    const first = await post({ external_id: 'c1', name: 'Ada', email: 'a@x.test,b@x.test', country: 'DE' })
    expect(first.body.customer).toMatchObject({
      external_id: 'c1',
      email: 'a@x.test,b@x.test',
      slug: 'ACM-9F21-001',
      billing_configuration: { payment_provider: null },
      metadata: [],
    })
    const second = await post({ external_id: 'c1', legal_name: 'Ada Ltd' })
    expect(second.body.customer).toMatchObject({
      lago_id: first.body.customer.lago_id,
      name: 'Ada',
      legal_name: 'Ada Ltd',
    })
    expect(await settle()).toEqual(['customer.created', 'customer.updated'])
  })

  test('metadata is replaced by id, up to five of 20 and 100 characters, and left alone when not sent', async () => {
    const { post } = withPost()
    const given = (metadata: unknown[]) => post({ external_id: 'c1', metadata })
    const { body } = await given([{ key: 'a', value: '1', display_in_invoice: true }])
    const [entry] = body.customer.metadata ?? []
    expect(entry).toMatchObject({ key: 'a', value: '1', display_in_invoice: true })
    expect(await given([{ key: 'a', value: '2' }])).toEqual(invalid({ key: ['value_already_exist'] }))
    const kept = await given([{ id: entry?.lago_id, key: 'a', value: '2' }])
    expect(kept.body.customer.metadata?.[0]).toMatchObject({
      lago_id: String(entry?.lago_id),
      value: '2',
      display_in_invoice: true,
    })
    expect((await post({ external_id: 'c1', name: 'x' })).body.customer.metadata).toHaveLength(1)
    expect(await given([{ key: 'k', value: 'v'.repeat(101) }])).toEqual(
      invalid({ value: ['value_is_too_long'] }),
    )
    const six = Array.from({ length: 6 }, (_, index) => ({ key: `k${index}`, value: 'v' }))
    expect(await given(six)).toEqual(invalid({ metadata: ['invalid_count'] }))
  })

  test('refuses a missing id, a bad e-mail, country or currency, and a change of a used currency', async () => {
    const { post, lago } = withPost()
    expect(await post({ name: 'x' })).toEqual(invalid({ external_id: ['value_is_mandatory'] }))
    expect(
      await post({ external_id: 'c', email: 'a@x.test,b', country: 'Germany', currency: 'euro' }),
    ).toEqual(
      invalid({
        email: ['invalid_email_format'],
        currency: ['value_is_invalid'],
        country: ['not_a_valid_country_code'],
      }),
    )
    lago.control.createInvoice({ customer: 'c2', currency: 'USD' })
    expect(await post({ external_id: 'c2', currency: 'EUR' })).toEqual(
      invalid({ currency: ['currencies_does_not_match'] }),
    )
  })

  test('a provider Lago does not know is ignored, or fails after the customer was saved', async () => {
    const { post, call } = withPost()
    const link = (external_id: string, rest: object) =>
      post({ external_id, name: 'Ada', billing_configuration: { payment_provider: 'dodo', ...rest } })
    const ignored = await link('c1', {})
    expect(ignored.body.customer.billing_configuration.payment_provider).toBeNull()
    expect(await link('c2', { sync_with_provider: true })).toEqual(
      invalid({ base: ['payment_provider_not_found'] }),
    )
    expect((await call('GET', '/customers/c2')).body.customer.name).toBe('Ada')
  })

  test('a native provider is linked and taken away', async () => {
    const { post } = withPost()
    const billing_configuration = { payment_provider: 'stripe', provider_customer_id: 'cus_1' }
    const linked = await post({ external_id: 'c1', billing_configuration })
    expect(linked.body.customer.billing_configuration).toMatchObject(billing_configuration)
    const gone = await post({ external_id: 'c1', billing_configuration: { payment_provider: null } })
    expect(gone.body.customer.billing_configuration).not.toHaveProperty('provider_customer_id')
  })

  test('a grace period is kept only with a licence', async () => {
    const { post, lago } = withPost()
    const set = async () =>
      (await post({ external_id: 'c', billing_configuration: { invoice_grace_period: 3 } })).body.customer
        .billing_configuration.invoice_grace_period
    expect(await set()).toBe(3)
    lago.control.setPremium({ premium: false })
    await post({ external_id: 'd', billing_configuration: { invoice_grace_period: 3 } })
    expect(lago.state.customersByExternalId.get('d')?.invoice_grace_period).toBeNull()
  })
})

describe('GET /customers', () => {
  test('an id with a dot is found by filter, not by path', async () => {
    const { post, call, lago } = withPost()
    await post({ external_id: 'a.b' })
    await post({ external_id: 'other' })
    expect(await call('GET', '/customers/a.b')).toEqual(missing('customer'))
    const found = await call('GET', '/customers?external_id=a.b')
    expect(found.body.customers.map(customer => customer.external_id)).toEqual(['a.b'])
    lago.control.setVersion({ version: '1.48' })
    expect((await call('GET', '/customers?external_id=a.b')).body.customers).toHaveLength(2)
  })

  test('search, metadata, currencies and countries narrow the list', async () => {
    const { post, call } = withPost()
    await post({ external_id: 'c1', name: 'Ada', currency: 'EUR', metadata: [{ key: 'k', value: 'v' }] })
    await post({ external_id: 'c2', country: 'DE' })
    const ids = async (query: string) =>
      (await call('GET', `/customers?${query}`)).body.customers.map(customer => customer.external_id)
    expect(await ids('search_term=ada')).toEqual(['c1'])
    expect(await ids('metadata[k]=v')).toEqual(['c1'])
    expect(await ids('metadata[k]=')).toEqual(['c2'])
    expect(await ids('currencies[]=EUR')).toEqual(['c1'])
    expect(await ids('countries[]=DE')).toEqual(['c2'])
    expect(await call('GET', '/customers/nobody')).toEqual(missing('customer'))
  })
})
