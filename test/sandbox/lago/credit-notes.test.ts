import { describe, expect, test } from 'bun:test'
import { answerOf, forbidden, invalid, missing, notAllowed, rig } from './support.ts'

const worked = (...args: Parameters<typeof rig>) => {
  const kit = rig(...args)
  const invoice = kit.lago.control.createInvoice({ fees: [1000, 500], coupons: [300], taxes: [20] })
  const [f1, f2] = invoice.fees ?? []
  const items = (a: number, b: number) => [
    { fee_id: f1?.lago_id, amount_cents: a },
    { fee_id: f2?.lago_id, amount_cents: b },
  ]
  const post = (credit_note: object) =>
    kit.call('POST', '/credit_notes', { credit_note: { invoice_id: invoice.lago_id, ...credit_note } })
  const pay = (amount_cents = 1440) =>
    kit.lago.control.recordPaymentByOperator({ invoice_id: invoice.lago_id, amount_cents })
  return { ...kit, invoice, items, post, pay }
}

describe('POST /credit_notes', () => {
  test('the worked example: an invoice of 1440, a refund of 500, the rest of 940', async () => {
    const { invoice, items, post, pay, settle, hooks } = worked()
    expect(invoice).toMatchObject({
      fees_amount_cents: 1500,
      coupons_amount_cents: 300,
      taxes_amount_cents: 240,
      total_amount_cents: 1440,
    })
    pay()
    await settle()
    const { status, body } = await post({
      refund_amount_cents: 500,
      items: items(347, 174),
      metadata: { dodo_refund_id: 'ref_1' },
    })
    expect(status).toBe(200)
    expect(body.credit_note).toMatchObject({
      number: `${invoice.number}-CN001`,
      lago_invoice_id: invoice.lago_id,
      refund_status: 'pending',
      credit_status: 'available',
      refund_amount_cents: 500,
      total_amount_cents: 500,
      taxes_amount_cents: 83,
      precise_total_amount_cents: '500.16',
      coupons_adjustment_amount_cents: 104,
      sub_total_excluding_taxes_amount_cents: 417,
      reason: 'other',
      metadata: { dodo_refund_id: 'ref_1' },
      error_details: [],
    })
    expect(body.credit_note.items[0]).toMatchObject({ amount_cents: 347, precise_amount_cents: '347.0' })
    expect(await settle()).toEqual(['credit_note.created'])
    expect(hooks.at(-1)?.body.credit_note.metadata).toEqual({ dodo_refund_id: 'ref_1' })
    const rest = await post({ refund_amount_cents: 940, items: items(653, 326) })
    expect(rest.body.credit_note).toMatchObject({
      number: `${invoice.number}-CN002`,
      refund_amount_cents: 940,
    })
    expect(await post({ refund_amount_cents: 1, items: items(0, 0) })).toEqual(
      invalid({
        refund_amount_cents: ['higher_than_remaining_invoice_amount'],
      }),
    )
  })

  test('after a PUT to succeeded alone a refund is refused, and recording the payment repairs it', async () => {
    const { call, invoice, items, post, pay } = worked()
    await call('PUT', `/invoices/${invoice.lago_id}`, { invoice: { payment_status: 'succeeded' } })
    const refund = { refund_amount_cents: 1440, items: items(1000, 500) }
    expect(await post(refund)).toEqual(invalid({ refund_amount_cents: ['cannot_refund_unpaid_invoice'] }))
    pay()
    expect((await post(refund)).status).toBe(200)
  })

  test('unknown or hidden invoice, then the licence', async () => {
    const { lago, call } = worked({ premium: false })
    const post = (invoice_id: string) =>
      call('POST', '/credit_notes', { credit_note: { invoice_id, items: [] } })
    expect(await post('nobody')).toEqual(missing('invoice'))
    expect(await post(lago.control.createInvoice({ status: 'closed' }).lago_id)).toEqual(missing('invoice'))
    expect(await post(lago.control.createInvoice().lago_id)).toEqual(forbidden)
  })

  test('a string as item amount breaks Lago', async () => {
    const { items, post } = worked()
    const broken = items(347, 174).map(item => ({ ...item, amount_cents: String(item.amount_cents) }))
    expect((await post({ credit_amount_cents: 500, items: broken })).status).toBe(500)
  })

  test('an offset lowers what is due, and settles the invoice when nothing is left', async () => {
    const { call, invoice, items, post, settle } = worked()
    await settle()
    await post({ offset_amount_cents: 500, items: items(347, 174) })
    const part = await call('GET', `/invoices/${invoice.lago_id}`)
    expect(part.body.invoice).toMatchObject({
      payment_status: 'pending',
      total_due_amount_cents: 940,
      total_offsetted_credit_note_amount_cents: 500,
    })
    await post({ offset_amount_cents: 940, items: items(653, 326) })
    const whole = await call('GET', `/invoices/${invoice.lago_id}`)
    expect(whole.body.invoice).toMatchObject({ payment_status: 'succeeded', total_due_amount_cents: 0 })
    expect(await settle()).toEqual([
      'credit_note.created',
      'credit_note.created',
      'invoice.payment_status_updated',
    ])
  })

  test('metadata is not known before 1.37', async () => {
    const { items, post } = worked({ version: '1.36' })
    const { body } = await post({ credit_amount_cents: 500, items: items(347, 174), metadata: { a: 'b' } })
    expect(body.credit_note).not.toHaveProperty('metadata')
  })
})

describe('credit notes afterwards', () => {
  const noted = async () => {
    const kit = worked()
    kit.pay()
    const { body } = await kit.post({
      refund_amount_cents: 500,
      items: kit.items(347, 174),
      metadata: { a: '1' },
    })
    await kit.settle()
    return { ...kit, note: body.credit_note, path: `/credit_notes/${body.credit_note.lago_id}` }
  }

  test('the refund status is set without a licence or a webhook, and metadata is merged', async () => {
    const { lago, call, path, settle } = await noted()
    lago.control.setPremium({ premium: false })
    const put = (credit_note: object) => call('PUT', path, { credit_note })
    const { body } = await put({ refund_status: 'succeeded', metadata: { b: '2' } })
    expect(body.credit_note).toMatchObject({ refund_status: 'succeeded', metadata: { a: '1', b: '2' } })
    expect((await put({ metadata: {} })).body.credit_note.metadata).toEqual({ a: '1', b: '2' })
    expect((await put({ refund_status: 'failed' })).body.credit_note.refund_status).toBe('failed')
    expect(await put({ refund_status: 'done' })).toEqual(invalid({ refund_status: ['value_is_invalid'] }))
    expect(await settle()).toEqual([])
    expect(await call('PUT', '/credit_notes/nobody', { credit_note: { refund_status: 'failed' } })).toEqual(
      missing('credit_note'),
    )
  })

  test('metadata can be replaced, merged and deleted key by key', async () => {
    const { call, path } = await noted()
    expect((await call('PATCH', `${path}/metadata`, { metadata: { b: '2' } })).body).toEqual(
      answerOf(200, { metadata: { a: '1', b: '2' } }).body,
    )
    await call('DELETE', `${path}/metadata/a`)
    expect((await call('GET', path)).body.credit_note.metadata).toEqual({ b: '2' })
    await call('POST', `${path}/metadata`, { metadata: { c: '3' } })
    expect((await call('GET', path)).body.credit_note.metadata).toEqual({ c: '3' })
    await call('DELETE', `${path}/metadata`)
    expect((await call('GET', path)).body.credit_note).not.toHaveProperty('metadata')
  })

  test('only a credit can be voided, and only once', async () => {
    const { call, path, post, items } = await noted()
    expect(await call('PUT', `${path}/void`)).toEqual(notAllowed('no_voidable_amount'))
    const credit = await post({ credit_amount_cents: 500, items: items(347, 174) })
    const voiding = `/credit_notes/${credit.body.credit_note.lago_id}/void`
    expect((await call('PUT', voiding)).body.credit_note).toMatchObject({
      credit_status: 'voided',
      balance_amount_cents: 0,
    })
    expect(await call('PUT', voiding)).toEqual(notAllowed('no_voidable_amount'))
  })

  test('are listed by invoice number, customer, reason, refund status and type', async () => {
    const { call, invoice, note } = await noted()
    const found = async (query: string) =>
      (await call('GET', `/credit_notes?${query}`)).body.credit_notes.map(entry => entry.lago_id)
    const [mine, none] = [[note.lago_id], [] as string[]]
    expect(await found(`invoice_number=${invoice.number}`)).toEqual(mine)
    expect(await found('invoice_number=other')).toEqual(none)
    expect(await found('external_customer_id=cust_1&refund_status=pending&types[]=refund')).toEqual(mine)
    expect(await found('refund_status=succeeded')).toEqual(none)
    expect(await found('types[]=credit')).toEqual(none)
    expect(await found('reason=other&amount_from=500&amount_to=500')).toEqual(mine)
    expect(await found('issuing_date_from=2026-03-11')).toEqual(none)
    expect((await call('GET', '/customers/cust_1/credit_notes')).body.credit_notes).toHaveLength(1)
  })
})

describe('POST /credit_notes/estimate', () => {
  test('says what the items could give at most', async () => {
    const { call, invoice, items, pay } = worked()
    pay(600)
    const estimate = (invoice_id: string, entries: unknown) =>
      call('POST', '/credit_notes/estimate', { credit_note: { invoice_id, items: entries } })
    const { body } = await estimate(invoice.lago_id, items(1000.9, 500))
    expect(body.estimated_credit_note).toMatchObject({
      lago_invoice_id: invoice.lago_id,
      max_creditable_amount_cents: 1440,
      max_refundable_amount_cents: 600,
      max_offsettable_amount_cents: 840,
      taxes_amount_cents: 240,
      precise_taxes_amount_cents: '240.0',
      coupons_adjustment_amount_cents: 300,
      taxes_rate: 20,
    })
    expect(await estimate('nobody', [])).toEqual(missing('invoice'))
    expect(await estimate(invoice.lago_id, 'x')).toEqual(invalid({ items: ['must_be_an_array'] }))
  })

  test('needs a licence', async () => {
    const { call, invoice, items } = worked({ premium: false })
    const credit_note = { invoice_id: invoice.lago_id, items: items(1, 1) }
    expect(await call('POST', '/credit_notes/estimate', { credit_note })).toEqual(forbidden)
  })
})

describe('notes people and Lago itself make', () => {
  test('the note of an ended subscription needs no licence and asks for its refund', async () => {
    const { lago, invoice, pay, settle, hooks } = worked()
    pay()
    lago.control.setPremium({ premium: false })
    await settle()
    lago.control.terminateSubscription({
      invoice_id: invoice.lago_id,
      amount_cents: 700,
      refund_amount_cents: 700,
    })
    expect(await settle()).toEqual(['credit_note.created'])
    expect(hooks.at(-1)?.body.credit_note).toMatchObject({
      refund_amount_cents: 700,
      refund_status: 'pending',
    })
  })

  test('refunds of any size can be made from the dashboard', () => {
    for (const amount_cents of [1, 2, 333, 719, 1439, 1440]) {
      const { lago, invoice, pay } = worked()
      pay()
      const note = lago.control.refundByCreditNote({ invoice_id: invoice.lago_id, amount_cents })
      expect(Math.abs(note.refund_amount_cents - amount_cents)).toBeLessThanOrEqual(1)
    }
  })
})
