import { describe, expect, test } from 'bun:test'
import { answerOf, forbidden, invalid, missing, notAllowed, rig } from './support.ts'

describe('retry payment', () => {
  test('without a provider it answers 200 with an empty body and asks for one by webhook', async () => {
    const { lago, call, settle, hooks } = rig()
    const { lago_id } = lago.control.createInvoice()
    await settle()
    expect(await call('POST', `/invoices/${lago_id}/retry_payment`)).toEqual(answerOf(200, {}))
    expect(await settle()).toEqual(['invoice.payment_failure'])
    expect(hooks.at(-1)?.body.payment_provider_invoice_payment_error).toMatchObject({
      lago_invoice_id: lago_id,
      external_customer_id: 'cust_1',
      payment_provider: null,
      provider_error: null,
      error_details: { code: 'customer_must_have_payment_provider' },
    })
  })

  test('is silent from 1.33.2 to 1.36 and repeats the first event before that', async () => {
    const { lago, call, settle } = rig({ version: '1.36' })
    const { lago_id } = lago.control.createInvoice({ invoice_type: 'one_off' })
    await settle()
    await call('POST', `/invoices/${lago_id}/retry_payment`)
    expect(await settle()).toEqual([])
    lago.control.setVersion({ version: '1.33.1' })
    await call('POST', `/invoices/${lago_id}/retry_payment`)
    expect(await settle()).toEqual(['invoice.one_off_created'])
  })

  test('is refused for what is settled, draft, voided, unknown or under way with a native provider', async () => {
    const { lago, call } = rig()
    const retry = (id: string) => call('POST', `/invoices/${id}/retry_payment`)
    for (const input of [
      { payment_status: 'succeeded' },
      { status: 'draft' },
      { status: 'voided' },
    ] as const) {
      expect(await retry(lago.control.createInvoice(input).lago_id)).toEqual(notAllowed('invalid_status'))
    }
    expect(await retry('nobody')).toEqual(missing('invoice'))
    const native = lago.control.createInvoice({ customer: { external_id: 'n', payment_provider: 'stripe' } })
    expect((await retry(native.lago_id)).status).toBe(200)
    expect(await retry(native.lago_id)).toEqual(notAllowed('payment_processor_is_currently_handling_payment'))
  })
})

describe('lose dispute', () => {
  test('marks the day once, keeps the payment status and tells of every call', async () => {
    const { lago, call, settle, clock, hooks } = rig()
    const { lago_id } = lago.control.createInvoice({ payment_status: 'succeeded' })
    await settle()
    const first = await call('POST', `/invoices/${lago_id}/lose_dispute`)
    expect(first.body.invoice).toMatchObject({
      payment_status: 'succeeded',
      payment_dispute_lost_at: '2026-03-10T09:00:00.000Z',
    })
    await clock.advance(60_000)
    const second = await call('POST', `/invoices/${lago_id}/lose_dispute`)
    expect(second.body.invoice.payment_dispute_lost_at).toBe('2026-03-10T09:00:00.000Z')
    expect(await settle()).toEqual(['invoice.payment_dispute_lost', 'invoice.payment_dispute_lost'])
    expect(hooks.at(-1)?.body.payment_dispute_lost.invoice.lago_id).toBe(lago_id)
  })

  test('wants a finalized or voided invoice', async () => {
    const { lago, call } = rig()
    const draft = lago.control.createInvoice({ status: 'draft' }).lago_id
    expect(await call('POST', `/invoices/${draft}/lose_dispute`)).toEqual(notAllowed('not_disputable'))
    expect(await call('POST', '/invoices/nobody/lose_dispute')).toEqual(missing('invoice'))
  })
})

describe('void', () => {
  test('a paid invoice can be voided, keeps its payment status and is due no more', async () => {
    const { lago, call, settle, hooks } = rig()
    const { lago_id } = lago.control.createInvoice()
    lago.control.recordPaymentByOperator({ invoice_id: lago_id, amount_cents: 1000 })
    await settle()
    const { body } = await call('POST', `/invoices/${lago_id}/void`)
    expect(body.invoice).toMatchObject({
      status: 'voided',
      payment_status: 'succeeded',
      voided_at: '2026-03-10T09:00:00Z',
      total_paid_amount_cents: 1000,
    })
    expect(await settle()).toEqual(['invoice.voided'])
    expect(hooks.at(-1)?.body.invoice.total_due_amount_cents).toBe(0)
  })

  test('before 1.32 a paid invoice is not voidable', async () => {
    const { lago, call } = rig({ version: '1.31' })
    const { lago_id } = lago.control.createInvoice({ payment_status: 'succeeded' })
    expect(await call('POST', `/invoices/${lago_id}/void`)).toEqual(notAllowed('not_voidable'))
  })

  test('is refused twice, for drafts, and for an unknown invoice', async () => {
    const { lago, call } = rig()
    const { lago_id } = lago.control.createInvoice()
    await call('POST', `/invoices/${lago_id}/void`)
    expect(await call('POST', `/invoices/${lago_id}/void`)).toEqual(notAllowed('not_voidable'))
    const draft = lago.control.createInvoice({ status: 'draft' }).lago_id
    expect(await call('POST', `/invoices/${draft}/void`)).toEqual(notAllowed('not_voidable'))
    expect(await call('POST', '/invoices/nobody/void')).toEqual(missing('invoice'))
  })

  test('a credit note with it needs a licence and may not exceed the invoice', async () => {
    const { lago, call, settle } = rig({ premium: false })
    const { lago_id } = lago.control.createInvoice({ fees: [1000], taxes: [20] })
    const voiding = (credit_amount: number) =>
      call('POST', `/invoices/${lago_id}/void`, { generate_credit_note: true, credit_amount })
    expect(await voiding(100)).toEqual(forbidden)
    lago.control.setPremium({ premium: true })
    expect(await voiding(1201)).toEqual(
      invalid({ credit_refund_amount: ['total_amount_exceeds_invoice_amount'] }),
    )
    await settle()
    expect((await voiding(1200)).status).toBe(200)
    expect(await settle()).toEqual(['credit_note.created', 'invoice.voided'])
    const notes = await call('GET', `/credit_notes?external_customer_id=cust_1`)
    expect(notes.body.credit_notes[0]).toMatchObject({ credit_amount_cents: 1200, lago_invoice_id: lago_id })
  })

  test('gives prepaid credit back to the wallet', async () => {
    const { lago, call } = rig()
    const wallet = lago.control.createWallet({ external_customer_id: 'cust_1' })
    const { lago_id } = lago.control.createInvoice({ fees: [1000], prepaid_credit_amount_cents: 400 })
    await call('POST', `/invoices/${lago_id}/void`)
    expect((await call('GET', `/wallets/${wallet.lago_id}`)).body.wallet.balance_cents).toBe(400)
  })
})

describe('payment url', () => {
  test('exists only with one of the native providers', async () => {
    const { lago, call } = rig()
    const { lago_id } = lago.control.createInvoice()
    expect(await call('POST', `/invoices/${lago_id}/payment_url`)).toEqual(
      invalid({ base: ['no_linked_payment_provider'] }),
    )
    const native = lago.control.createInvoice({ customer: { external_id: 'n', payment_provider: 'stripe' } })
    const { body } = await call('POST', `/invoices/${native.lago_id}/payment_url`)
    expect(body.invoice_payment_details).toMatchObject({
      lago_invoice_id: native.lago_id,
      external_customer_id: 'n',
      payment_provider: 'stripe',
    })
    await call('PUT', `/invoices/${native.lago_id}`, { invoice: { payment_status: 'succeeded' } })
    expect(await call('POST', `/invoices/${native.lago_id}/payment_url`)).toEqual(
      invalid({ base: ['invalid_invoice_status_or_payment_status'] }),
    )
  })
})

describe('drafts', () => {
  test('finalizing numbers the invoice and announces it; only a draft can be', async () => {
    const { lago, call, settle } = rig()
    const draft = lago.control.createInvoice({ status: 'draft' })
    expect(draft.number).toBe('ACM-9F21-DRAFT')
    expect(draft.sequential_id).toBeNull()
    expect(await settle()).toEqual(['customer.created', 'invoice.drafted', 'invoice.ready_to_finalize'])
    const { body } = await call('PUT', `/invoices/${draft.lago_id}/finalize`)
    expect(body.invoice).toMatchObject({ status: 'finalized', number: 'ACM-9F21-001-001', sequential_id: 1 })
    expect(await settle()).toEqual(['invoice.created'])
    expect(await call('PUT', `/invoices/${draft.lago_id}/finalize`)).toEqual(missing('invoice'))
  })

  test('a deleted draft is gone and told of, from 1.51 on', async () => {
    const { lago, call, settle } = rig({ version: '1.50' })
    const { lago_id } = lago.control.createInvoice({ status: 'draft' })
    expect(await call('DELETE', `/invoices/${lago_id}`)).toEqual(missing('resource'))
    lago.control.setVersion({ version: '1.51' })
    await settle()
    expect((await call('DELETE', `/invoices/${lago_id}`)).body.invoice.status).toBe('deleted')
    expect(await settle()).toEqual(['invoice.deleted'])
    expect(await call('GET', `/invoices/${lago_id}`)).toEqual(missing('invoice'))
  })

  test('the credit notes of a draft appear, numbered anew, when it is finalized', async () => {
    const { lago, call, settle } = rig()
    const { lago_id } = lago.control.createInvoice({ status: 'draft' })
    const note = lago.control.createCreditNote({ invoice_id: lago_id, credit_amount_cents: 200 })
    await settle()
    expect(await call('GET', `/credit_notes/${note.lago_id}`)).toEqual(missing('credit_note'))
    await call('PUT', `/invoices/${lago_id}/finalize`)
    expect(await settle()).toEqual(['invoice.created', 'credit_note.created'])
    const shown = await call('GET', `/credit_notes/${note.lago_id}`)
    expect(shown.body.credit_note.number).toBe('ACM-9F21-001-001-CN001')
  })
})

describe('one-off invoices', () => {
  const fees = [{ add_on_code: 'setup', units: 2, unit_amount_cents: 500, tax_codes: ['vat'] }]
  const prepared = () => {
    const kit = rig()
    kit.lago.control.createCustomer({ external_id: 'cust_1', currency: 'EUR' })
    kit.lago.control.createAddOn({ code: 'setup', amount_cents: 900 })
    kit.lago.control.createTax({ code: 'vat', rate: 20 })
    return kit
  }

  test('bill add-ons and are announced by their own event, skip_psp or not', async () => {
    const { call, settle } = prepared()
    await settle()
    const invoice = { external_customer_id: 'cust_1', currency: 'EUR', skip_psp: true, fees }
    const { body } = await call('POST', '/invoices', { invoice })
    expect(body.invoice).toMatchObject({
      invoice_type: 'one_off',
      status: 'finalized',
      fees_amount_cents: 1000,
      taxes_amount_cents: 200,
      total_amount_cents: 1200,
    })
    expect(body.invoice.fees[0]).toMatchObject({ item: { type: 'add_on', code: 'setup' }, units: '2.0' })
    expect(await settle()).toEqual(['invoice.one_off_created'])
  })

  test('want a known customer, add-on and tax, and the currency of the customer', async () => {
    const { call } = prepared()
    const post = (invoice: object) =>
      call('POST', '/invoices', {
        invoice: { external_customer_id: 'cust_1', currency: 'EUR', fees, ...invoice },
      })
    expect(await post({ external_customer_id: 'nobody' })).toEqual(missing('customer'))
    expect(await post({ fees: [] })).toEqual(missing('fees'))
    expect(await post({ fees: [{ add_on_code: 'nothing' }] })).toEqual(missing('add_on'))
    expect(await post({ fees: [{ add_on_code: 'setup', tax_codes: ['none'] }] })).toEqual(missing('tax'))
    expect(await post({ currency: 'USD' })).toEqual(invalid({ currency: ['currencies_does_not_match'] }))
  })
})
