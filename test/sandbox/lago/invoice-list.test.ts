import { describe, expect, test } from 'bun:test'
import { answerOf, invalid, rig } from './support.ts'

const filled = () => {
  const kit = rig({ endpoints: [] })
  const { control } = kit.lago
  const make = (name: string, input: Parameters<typeof control.createInvoice>[0] = {}) => {
    names.set(control.createInvoice(input).lago_id, name)
  }
  const names = new Map<string, string>()
  make('old', { issuing_date: '2026-01-05', currency: 'EUR', customer: 'eu', purchase_order_number: 'PO-1' })
  make('open', { fees: [500], metadata: [{ key: 'dodo_link', value: 'x' }] })
  make('paid', { payment_status: 'succeeded', self_billed: true })
  make('failed', { payment_status: 'failed', invoice_type: 'one_off' })
  make('draft', { status: 'draft' })
  make('voided', { status: 'voided' })
  make('hidden', { status: 'open' })
  const list = async (query: string) =>
    (await kit.call('GET', `/invoices?${query}`)).body.invoices.map(({ lago_id }) => names.get(lago_id))
  return { ...kit, list, idOf: (name: string) => [...names].find(([, other]) => other === name)?.[0] ?? '' }
}

describe('GET /invoices', () => {
  test('shows the visible ones, newest issuing date and then newest created first', async () => {
    expect(await filled().list('')).toEqual(['voided', 'draft', 'failed', 'paid', 'open', 'old'])
  })

  test('filters by status and payment status, one or many', async () => {
    const { list } = filled()
    expect(await list('status=draft')).toEqual(['draft'])
    expect(await list('statuses[]=draft&statuses[]=voided')).toEqual(['voided', 'draft'])
    expect(await list('status[]=finalized&payment_status[]=pending&payment_status[]=failed')).toEqual([
      'failed',
      'open',
      'old',
    ])
  })

  test('filters by type, dates, currency, customer, amounts, self-billing and order number', async () => {
    const { list } = filled()
    expect(await list('invoice_type=one_off')).toEqual(['failed'])
    expect(await list('issuing_date_to=2026-01-31')).toEqual(['old'])
    expect(await list('issuing_date_from=2026-01-06&status=finalized&payment_status=pending')).toEqual([
      'open',
    ])
    expect(await list('currency=EUR')).toEqual(['old'])
    expect(await list('external_customer_id=eu')).toEqual(['old'])
    expect(await list('customer_external_id=eu')).toEqual(['old'])
    expect(await list('external_customer_id=nobody')).toEqual([])
    expect(await list('amount_from=400&amount_to=600')).toEqual(['open'])
    expect(await list('self_billed=true')).toEqual(['paid'])
    expect(await list('purchase_order_number=PO-1')).toEqual(['old'])
    expect(await list('search_term=EU')).toEqual(['old'])
  })

  test('filters by metadata, where a blank value means that the key is missing', async () => {
    const { list } = filled()
    expect(await list('metadata[dodo_link]=x')).toEqual(['open'])
    expect(await list('metadata[dodo_link]=y')).toEqual([])
    expect(await list('metadata[dodo_link]=&status=finalized&payment_status=pending')).toEqual(['old'])
  })

  test('filters by what settled them', async () => {
    const { lago, list, idOf } = filled()
    lago.control.recordPaymentByOperator({ invoice_id: idOf('open'), amount_cents: 100 })
    lago.control.applyOffsetCreditNote({ invoice_id: idOf('old'), amount_cents: 100 })
    lago.control.loseDispute({ invoice_id: idOf('paid') })
    expect(await list('settlements[]=payment')).toEqual(['open'])
    expect(await list('settlements[]=credit_note')).toEqual(['old'])
    expect(await list('partially_paid=true')).toEqual(['open'])
    expect(await list('payment_dispute_lost=true')).toEqual(['paid'])
  })

  test('refuses an unknown enum value and a date that is none', async () => {
    const { call } = filled()
    expect(await call('GET', '/invoices?status=lost&payment_status[]=x&issuing_date_from=soon')).toEqual(
      invalid({
        status: ['value_is_invalid'],
        payment_status: ['value_is_invalid'],
        issuing_date_from: ['invalid_date'],
      }),
    )
  })

  test('pages of a hundred unless asked, empty past the end', async () => {
    const { lago, call } = rig({ endpoints: [] })
    lago.control.createInvoices({ count: 250, customers: 3 })
    const page = async (query: string) => {
      const { body } = await call('GET', `/invoices?${query}`)
      return [body.invoices.length, body.meta] as const
    }
    const meta = { total_pages: 3, total_count: 250 }
    expect(await page('')).toEqual([100, { ...meta, current_page: 1, next_page: 2, prev_page: null }])
    expect(await page('page=3')).toEqual([50, { ...meta, current_page: 3, next_page: null, prev_page: 2 }])
    expect((await page('page=4'))[0]).toBe(0)
    expect((await page('page=2&per_page=120'))[0]).toBe(120)
  })

  test('the count may be half an hour old, so a poller must trust an empty page only', async () => {
    const { lago, call, clock } = rig({ endpoints: [], cachedCounts: true })
    const list = async () => {
      const { body } = await call('GET', '/invoices?per_page=1&page=2')
      return [body.invoices.length, body.meta.total_count, body.meta.next_page]
    }
    lago.control.createInvoice()
    expect(await list()).toEqual([0, 1, null])
    lago.control.createInvoices({ count: 2 })
    expect(await list()).toEqual([1, 1, null])
    await clock.advance(30 * 60_000)
    expect(await list()).toEqual([1, 3, 3])
  })

  test('an item has its customer, metadata and taxes, but no fees', async () => {
    const { call } = filled()
    const [invoice] = (await call('GET', '/invoices?metadata[dodo_link]=x')).body.invoices
    expect(invoice?.customer?.external_id).toBe('cust_1')
    expect(invoice?.metadata).toHaveLength(1)
    expect(invoice).not.toHaveProperty('fees')
  })

  test('before 1.22 the later filters are ignored', async () => {
    const { lago, list } = filled()
    lago.control.setVersion({ version: '1.0' })
    expect(await list('metadata[dodo_link]=x&currency=EUR')).toHaveLength(6)
    expect(await list('external_customer_id=eu')).toEqual(['old'])
  })
})

describe('payment requests', () => {
  test('bundle overdue invoices of one currency, need a licence, and stay pending', async () => {
    const { lago, call, clock, settle } = rig({ premium: false })
    const ids = [100, 200].map(amount => lago.control.createInvoice({ fees: [amount] }).lago_id)
    const post = (lago_invoice_ids: string[], external_customer_id = 'cust_1') =>
      call('POST', '/payment_requests', {
        payment_request: { external_customer_id, email: 'a@x.test', lago_invoice_ids },
      })
    expect((await post(ids)).status).toBe(403)
    lago.control.setPremium({ premium: true })
    expect((await post(ids, 'nobody')).body).toMatchObject({ code: 'customer_not_found' })
    expect((await post(['nobody'])).body).toMatchObject({ code: 'invoice_not_found' })
    expect((await post(ids)).body).toMatchObject({ code: 'invoices_not_overdue' })
    await clock.advance(86_400_000)
    lago.control.markOverdueTick()
    await settle()
    const { status, body } = await post(ids)
    expect(status).toBe(200)
    expect(body.payment_request).toMatchObject({
      amount_cents: 300,
      amount_currency: 'USD',
      email: 'a@x.test',
      payment_status: 'pending',
    })
    expect(body.payment_request.invoices).toHaveLength(2)
    expect(await settle()).toEqual(['payment_request.created'])
    const again = await call('GET', `/payment_requests/${body.payment_request.lago_id}`)
    expect(again).toEqual(answerOf(200, body))
    expect(
      (await call('GET', '/payment_requests?external_customer_id=cust_1')).body.payment_requests,
    ).toHaveLength(1)
    const paid = { invoice_id: ids[0], amount_cents: 100, reference: 'r' }
    expect((await call('POST', '/payments', { payment: paid })).status).toBe(200)
    expect(
      (await call('GET', '/payment_requests?payment_status=pending')).body.payment_requests,
    ).toHaveLength(1)
  })

  test('refuse mixed currencies and what a provider is working on', async () => {
    const { lago, call, clock } = rig()
    const make = (currency: string) => lago.control.createInvoice({ currency }).lago_id
    const ids = [make('USD'), make('EUR')]
    await clock.advance(86_400_000)
    lago.control.markOverdueTick()
    const post = (lago_invoice_ids: (string | undefined)[]) =>
      call('POST', '/payment_requests', {
        payment_request: { external_customer_id: 'cust_1', lago_invoice_ids },
      })
    expect((await post(ids)).body).toMatchObject({ code: 'invoices_have_different_currencies' })
    const row = lago.state.invoices.get(ids[0] ?? '')
    if (row) row.ready_for_payment_processing = false
    expect((await post([ids[0]])).body).toMatchObject({ code: 'invoices_not_ready_for_payment_processing' })
  })
})
