import { describe, expect, test } from 'bun:test'
import { answerOf, forbidden, invalid, missing, rig } from './support.ts'

const pay = (invoice_id: unknown, amount_cents: unknown, rest: object = { reference: 'pay_1' }) => ({
  payment: { invoice_id, amount_cents, ...rest },
})

const withInvoice = (...args: Parameters<typeof rig>) => {
  const kit = rig(...args)
  const { lago_id } = kit.lago.control.createInvoice({ fees: [1000] })
  return { ...kit, lago_id, get: async () => (await kit.call('GET', `/invoices/${lago_id}`)).body.invoice }
}

describe('POST /payments', () => {
  test('a payment of exactly what is due settles the invoice and is told once', async () => {
    const { call, settle, lago_id, get } = withInvoice()
    await settle()
    const { status, body } = await call('POST', '/payments', pay(lago_id, 1000))
    expect(status).toBe(200)
    expect(body.payment).toMatchObject({
      invoice_ids: [lago_id],
      lago_payable_id: lago_id,
      payable_type: 'Invoice',
      amount_cents: 1000,
      amount_currency: 'USD',
      status: 'succeeded',
      payment_status: 'succeeded',
      type: 'manual',
      reference: 'pay_1',
      payment_provider_code: null,
    })
    expect(await get()).toMatchObject({
      payment_status: 'succeeded',
      total_paid_amount_cents: 1000,
      total_due_amount_cents: 0,
    })
    expect(await settle()).toEqual(['invoice.payment_status_updated'])
  })

  test('a partial payment is silent, and the last part settles', async () => {
    const { call, settle, lago_id, get } = withInvoice()
    await settle()
    await call('POST', '/payments', pay(lago_id, 400))
    expect(await settle()).toEqual([])
    expect(await get()).toMatchObject({
      payment_status: 'pending',
      total_paid_amount_cents: 400,
      total_due_amount_cents: 600,
    })
    const partial = await call('GET', '/invoices?partially_paid=true')
    expect(partial.body.invoices.map((invoice: { lago_id: string }) => invoice.lago_id)).toEqual([lago_id])
    await call('POST', '/payments', pay(lago_id, 600))
    expect(await settle()).toEqual(['invoice.payment_status_updated'])
    expect((await get()).payment_status).toBe('succeeded')
  })

  test('the same full payment twice is refused, two partial ones are not', async () => {
    const { call, lago_id } = withInvoice()
    await call('POST', '/payments', pay(lago_id, 300))
    expect((await call('POST', '/payments', pay(lago_id, 300))).status).toBe(200)
    expect(await call('POST', '/payments', pay(lago_id, 1000))).toEqual(
      invalid({ amount_cents: ['value_is_out_of_range'] }),
    )
  })

  test('after a PUT to succeeded it still records the money, without a second webhook', async () => {
    const { call, settle, lago_id, get } = withInvoice()
    await call('PUT', `/invoices/${lago_id}`, { invoice: { payment_status: 'succeeded' } })
    await settle()
    expect((await call('POST', '/payments', pay(lago_id, 1000))).status).toBe(200)
    expect(await settle()).toEqual([])
    expect((await get()).total_paid_amount_cents).toBe(1000)
  })

  test('settles a failed invoice too', async () => {
    const { call, lago_id, get } = withInvoice()
    await call('PUT', `/invoices/${lago_id}`, { invoice: { payment_status: 'failed' } })
    await call('POST', '/payments', pay(lago_id, 1000))
    expect((await get()).payment_status).toBe('succeeded')
  })

  test('an offset credit note counts towards settlement', async () => {
    const { lago, call, lago_id, get } = withInvoice()
    lago.control.applyOffsetCreditNote({ invoice_id: lago_id, amount_cents: 250 })
    expect(await call('POST', '/payments', pay(lago_id, 1000))).toEqual(
      invalid({ amount_cents: ['value_is_out_of_range'] }),
    )
    await call('POST', '/payments', pay(lago_id, 750))
    expect(await get()).toMatchObject({
      payment_status: 'succeeded',
      total_due_amount_cents: 0,
      total_offsetted_credit_note_amount_cents: 250,
    })
  })

  test('refuses in order: no invoice id, no amount, unknown invoice, no licence, status, date, the rest together', async () => {
    const { lago, call, lago_id } = withInvoice({ premium: false })
    const post = (...args: Parameters<typeof pay>) => call('POST', '/payments', pay(...args))
    expect(await post(undefined, 'x')).toEqual(invalid({ invoice_id: ['value_is_mandatory'] }))
    expect(await post('', 100)).toEqual(invalid({ invoice_id: ['value_is_mandatory'] }))
    expect(await post('nobody', '100')).toEqual(invalid({ amount_cents: ['invalid_value'] }))
    expect(await post('nobody', 100)).toEqual(missing('invoice'))
    expect(await post(lago_id, 100, { paid_at: 'never' })).toEqual(forbidden)
    lago.control.setPremium({ premium: true })
    const draft = lago.control.createInvoice({ status: 'draft' }).lago_id
    expect(await post(draft, 100, { paid_at: 'never' })).toEqual(forbidden)
    expect(await post(lago_id, 5000, { paid_at: 'never' })).toEqual(invalid({ paid_at: ['invalid_date'] }))
    expect(await post(lago_id, 5000, {})).toEqual(
      invalid({ reference: ['value_is_mandatory'], amount_cents: ['value_is_out_of_range'] }),
    )
  })

  test('the amount must be a positive JSON integer', async () => {
    const { call, lago_id } = withInvoice()
    for (const wrong of ['1000', 10.5, 0, -1, null, undefined]) {
      expect(await call('POST', '/payments', pay(lago_id, wrong))).toEqual(
        invalid({ amount_cents: ['invalid_value'] }),
      )
    }
  })

  test('the reference is mandatory and at most 40 characters', async () => {
    const { call, lago_id } = withInvoice()
    const post = (reference?: string) => call('POST', '/payments', pay(lago_id, 100, { reference }))
    expect(await post()).toEqual(invalid({ reference: ['value_is_mandatory'] }))
    expect(await post('x'.repeat(41))).toEqual(invalid({ reference: ['value_is_too_long'] }))
    expect((await post('x'.repeat(40))).status).toBe(200)
  })

  test('paid_at becomes the time of the payment', async () => {
    const { call, lago_id } = withInvoice()
    const { body } = await call(
      'POST',
      '/payments',
      pay(lago_id, 100, { reference: 'r', paid_at: '2026-02-01T10:00:00Z' }),
    )
    expect(body.payment.created_at).toBe('2026-02-01T10:00:00Z')
  })

  test('voided, draft, failed and tax-pending invoices look as if the licence were missing', async () => {
    const { lago, call } = withInvoice()
    for (const status of ['voided', 'draft', 'failed', 'pending'] as const) {
      const { lago_id } = lago.control.createInvoice({ status })
      expect(await call('POST', '/payments', pay(lago_id, 100))).toEqual(forbidden)
    }
  })

  test('a credit invoice is paid in full or not at all', async () => {
    const { lago, call, settle } = withInvoice()
    const wallet = lago.control.createWallet({ external_customer_id: 'cust_9' })
    lago.control.topUpFromConsole({ wallet_id: wallet.lago_id, paid_credits: '50' })
    await settle()
    const [transaction] = lago.state.walletTransactions.values()
    expect(await call('POST', '/payments', pay(transaction?.invoice?.lago_id, 100))).toEqual(
      invalid({ amount_cents: ['invalid_amount'] }),
    )
  })

  test('advance charges need neither licence nor reference', async () => {
    const { lago, call } = withInvoice({ premium: false })
    const { lago_id } = lago.control.createInvoice({ invoice_type: 'advance_charges' })
    expect((await call('POST', '/payments', pay(lago_id, 1000, {}))).status).toBe(200)
  })

  test('can be read again, by id, by invoice and by customer', async () => {
    const { lago, call, lago_id } = withInvoice()
    const other = lago.control.createInvoice({ customer: 'cust_2' }).lago_id
    const first = (await call('POST', '/payments', pay(lago_id, 100))).body.payment
    const second = (await call('POST', '/payments', pay(lago_id, 200))).body.payment
    await call('POST', '/payments', pay(other, 300))
    expect((await call('GET', `/payments/${first.lago_id}`)).body.payment).toEqual(first)
    expect((await call('GET', `/payments?invoice_id=${lago_id}`)).body.payments).toEqual([second, first])
    expect((await call('GET', '/payments?external_customer_id=cust_2')).body.payments).toHaveLength(1)
    expect((await call('GET', '/customers/cust_1/payments')).body.meta.total_count).toBe(2)
    expect(await call('GET', '/payments/nobody')).toEqual(missing('payment'))
    expect(await call('GET', '/payments?invoice_id=nobody')).toEqual(
      answerOf(200, {
        payments: [],
        meta: { current_page: 0, next_page: null, prev_page: null, total_pages: 0, total_count: 0 },
      }),
    )
  })
})
