import { describe, expect, test } from 'bun:test'
import { answerOf, invalid, missing, notAllowed, rig } from './support.ts'

const status = (payment_status: unknown) => ({ invoice: { payment_status } })
const metadata = (entries: unknown[]) => ({ invoice: { metadata: entries } })

describe('PUT /invoices/:id', () => {
  test('sets the payment status but leaves the amounts paid and due as they were', async () => {
    const { lago, call } = rig()
    const { lago_id } = lago.control.createInvoice({ fees: [1440] })
    const { status: code, body } = await call('PUT', `/invoices/${lago_id}`, status('succeeded'))
    expect(code).toBe(200)
    expect(body.invoice).toMatchObject({
      payment_status: 'succeeded',
      total_paid_amount_cents: 0,
      total_due_amount_cents: 1440,
    })
  })

  test('tells of a change once and of a repetition never', async () => {
    const { lago, call, settle } = rig()
    const { lago_id } = lago.control.createInvoice()
    await settle()
    await call('PUT', `/invoices/${lago_id}`, status('succeeded'))
    expect(await settle()).toEqual(['invoice.payment_status_updated'])
    await call('PUT', `/invoices/${lago_id}`, status('succeeded'))
    expect(await settle()).toEqual([])
  })

  test('has no guard: a late failure un-pays a paid invoice', async () => {
    const { lago, call } = rig()
    const { lago_id } = lago.control.createInvoice()
    await call('PUT', `/invoices/${lago_id}`, status('succeeded'))
    const { body } = await call('PUT', `/invoices/${lago_id}`, status('failed'))
    expect(body.invoice.payment_status).toBe('failed')
  })

  test('copies the payment status to the fees a moment later', async () => {
    const { lago, call, settle } = rig()
    const { lago_id } = lago.control.createInvoice()
    const { body } = await call('PUT', `/invoices/${lago_id}`, status('succeeded'))
    expect(body.invoice.fees[0]?.payment_status).toBe('pending')
    await settle()
    const later = await call('GET', `/invoices/${lago_id}`)
    expect(later.body.invoice.fees[0]?.payment_status).toBe('succeeded')
  })

  test('clears the overdue mark when it succeeds', async () => {
    const { lago, call, clock } = rig()
    const { lago_id } = lago.control.createInvoice()
    await clock.advance(86_400_000)
    expect(lago.control.markOverdueTick()).toEqual([lago_id])
    const { body } = await call('PUT', `/invoices/${lago_id}`, status('succeeded'))
    expect(body.invoice.payment_overdue).toBe(false)
  })

  test('answers 404 for an unknown invoice and for every hidden status', async () => {
    const { lago, call } = rig()
    expect(await call('PUT', '/invoices/nobody', status('succeeded'))).toEqual(missing('invoice'))
    for (const hidden of ['open', 'closed', 'generating', 'deleted'] as const) {
      const { lago_id } = lago.control.createInvoice({ status: hidden, invoice_type: 'credit' })
      expect(await call('PUT', `/invoices/${lago_id}`, status('succeeded'))).toEqual(missing('invoice'))
      expect(await call('GET', `/invoices/${lago_id}`)).toEqual(missing('invoice'))
    }
  })

  test('takes a change of a failed or tax-pending invoice', async () => {
    const { lago, call } = rig()
    for (const visible of ['failed', 'pending'] as const) {
      const { lago_id } = lago.control.createInvoice({ status: visible })
      expect((await call('PUT', `/invoices/${lago_id}`, status('succeeded'))).status).toBe(200)
    }
  })

  test('refuses an unknown payment status', async () => {
    const { lago, call } = rig()
    const { lago_id } = lago.control.createInvoice()
    for (const wrong of ['paid', null, 1]) {
      expect(await call('PUT', `/invoices/${lago_id}`, status(wrong))).toEqual(
        invalid({ payment_status: ['value_is_invalid'] }),
      )
    }
  })

  test('wants something under the root key', async () => {
    const { lago, call } = rig()
    const { lago_id } = lago.control.createInvoice()
    for (const body of [{}, { invoice: {} }, { payment_status: 'succeeded' }, undefined]) {
      expect(await call('PUT', `/invoices/${lago_id}`, body)).toEqual(
        answerOf(400, {
          status: 400,
          error: 'BadRequest: param is missing or the value is empty or invalid: invoice',
        }),
      )
    }
  })

  test('refuses metadata and a new payment status on a draft, and takes the same payment status', async () => {
    const { lago, call } = rig()
    const { lago_id } = lago.control.createInvoice({ status: 'draft' })
    const path = `/invoices/${lago_id}`
    expect(await call('PUT', path, metadata([]))).toEqual(notAllowed('metadata_on_draft_invoice'))
    expect(await call('PUT', path, status('succeeded'))).toEqual(
      notAllowed('payment_status_update_on_draft_invoice'),
    )
    expect((await call('PUT', path, status('pending'))).status).toBe(200)
  })

  test('checks in order: draft metadata, payment status, metadata count, draft payment status', async () => {
    const { lago, call } = rig()
    const draft = lago.control.createInvoice({ status: 'draft' }).lago_id
    const six = Array.from({ length: 6 }, (_, index) => ({ key: `k${index}`, value: 'v' }))
    const both = { invoice: { payment_status: 'nope', metadata: six } }
    expect(await call('PUT', `/invoices/${draft}`, both)).toEqual(notAllowed('metadata_on_draft_invoice'))
    const { lago_id } = lago.control.createInvoice()
    expect(await call('PUT', `/invoices/${lago_id}`, both)).toEqual(
      invalid({ payment_status: ['value_is_invalid'] }),
    )
    const count = { invoice: { payment_status: 'succeeded', metadata: six } }
    expect(await call('PUT', `/invoices/${lago_id}`, count)).toEqual(invalid({ metadata: ['invalid_count'] }))
  })

  test('a voided invoice takes updates until main, where it answers 405 before anything else', async () => {
    const { lago, call } = rig()
    const { lago_id } = lago.control.createInvoice()
    lago.control.voidInvoice({ invoice_id: lago_id })
    expect((await call('PUT', `/invoices/${lago_id}`, status('succeeded'))).status).toBe(200)
    lago.control.setVersion({ version: 'main' })
    expect(await call('PUT', `/invoices/${lago_id}`, status('nope'))).toEqual(
      notAllowed('update_on_voided_invoice'),
    )
  })
})

describe('invoice metadata', () => {
  const filled = async () => {
    const kit = rig()
    const { lago_id } = kit.lago.control.createInvoice()
    const path = `/invoices/${lago_id}`
    const first = await kit.call(
      'PUT',
      path,
      metadata([
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ]),
    )
    return { ...kit, path, entries: first.body.invoice.metadata }
  }

  test('an entry sent with its id is kept, an unlisted one is deleted', async () => {
    const { call, path, entries } = await filled()
    const { body } = await call('PUT', path, metadata([{ id: entries[0]?.lago_id, key: 'a', value: 'new' }]))
    expect(body.invoice.metadata).toHaveLength(1)
    expect(body.invoice.metadata[0]).toMatchObject({ ...entries[0], value: 'new' })
  })

  test('a key that is sent again without its id clashes, even though the old one would have gone', async () => {
    const { call, path } = await filled()
    expect(await call('PUT', path, metadata([{ key: 'a', value: 'new' }]))).toEqual(
      invalid({ key: ['value_already_exist'] }),
    )
  })

  test('an empty list deletes all of it, and a PUT without it leaves it alone', async () => {
    const { call, path } = await filled()
    const kept = await call('PUT', path, status('failed'))
    expect(kept.body.invoice.metadata).toHaveLength(2)
    expect((await call('PUT', path, metadata([]))).body.invoice.metadata).toEqual([])
  })

  test('a wrong entry takes the payment status of the same request back', async () => {
    const { call, path, settle } = await filled()
    await settle()
    const wrong = {
      invoice: { payment_status: 'succeeded', metadata: [{ key: 'x'.repeat(21), value: 'v' }] },
    }
    expect(await call('PUT', path, wrong)).toEqual(invalid({ key: ['value_is_too_long'] }))
    expect((await call('GET', path)).body.invoice.payment_status).toBe('pending')
    expect(await settle()).toEqual([])
  })

  test('keys have 1 to 20 characters, values 1 to 140', async () => {
    const { call, path } = await filled()
    const put = (key: string, value: string) => call('PUT', path, metadata([{ key, value }]))
    expect((await put('k'.repeat(20), 'v'.repeat(140))).status).toBe(200)
    expect(await put('', 'v')).toEqual(invalid({ key: ['value_is_mandatory'] }))
    expect(await put('k', '')).toEqual(invalid({ value: ['value_is_mandatory'] }))
    expect(await put('k', 'v'.repeat(141))).toEqual(invalid({ value: ['value_is_too_long'] }))
  })

  test('sends no webhook', async () => {
    const { call, path, settle } = await filled()
    await settle()
    await call('PUT', path, metadata([]))
    expect(await settle()).toEqual([])
  })
})
