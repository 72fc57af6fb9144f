import { describe, expect, test } from 'bun:test'
import type { InvoiceInput } from '../../../sandbox/lago/control/inputs.ts'
import { rig } from './support.ts'

const DAY = 86_400_000

describe('what a new invoice is announced by', () => {
  const announced = async (input: InvoiceInput) => {
    const { lago, settle, hooks } = rig()
    lago.control.createCustomer({ external_id: 'cust_1' })
    await settle()
    lago.control.createInvoice(input)
    const types = await settle()
    return { types, invoice: hooks.at(-1)?.body.invoice }
  }

  const table: [string, InvoiceInput, string[], string][] = [
    ['subscription', {}, ['invoice.created'], 'pending'],
    ['nothing to pay', { fees: [0] }, ['invoice.created'], 'succeeded'],
    ['draft', { status: 'draft' }, ['invoice.drafted', 'invoice.ready_to_finalize'], 'pending'],
    ['pay in advance', { pay_in_advance: true }, ['fee.created', 'invoice.created'], 'pending'],
    ['progressive billing', { invoice_type: 'progressive_billing' }, ['invoice.created'], 'pending'],
    ['one-off', { invoice_type: 'one_off' }, ['invoice.one_off_created'], 'pending'],
    [
      'one-off with tax provider',
      { invoice_type: 'one_off', tax_provider: true },
      ['invoice.created'],
      'pending',
    ],
    ['top-up', { invoice_type: 'credit' }, ['invoice.paid_credit_added'], 'pending'],
  ]
  for (const [name, input, types, payment_status] of table) {
    test(`${name}: ${types.join(', ')}`, async () => {
      const seen = await announced(input)
      expect(seen.types).toEqual(types)
      expect(seen.invoice).toMatchObject({ payment_status: payment_status as 'pending' })
    })
  }

  for (const status of ['open', 'closed', 'pending', 'failed', 'generating'] as const) {
    test(`${status}: nothing`, async () => {
      expect((await announced({ status })).types).toEqual([])
    })
  }

  test('advance charges come succeeded with all of it due, for an instant', async () => {
    const { lago, settle, hooks, call } = rig()
    const { lago_id } = lago.control.createInvoice({ invoice_type: 'advance_charges' })
    expect(await settle()).toEqual(['customer.created', 'invoice.created'])
    expect(hooks.at(-1)?.body.invoice).toMatchObject({
      payment_status: 'succeeded',
      total_due_amount_cents: 1000,
    })
    expect((await call('GET', `/invoices/${lago_id}`)).body.invoice.total_due_amount_cents).toBe(0)
  })

  test('a regenerated one-off comes as invoice.created, with a new id and number and no link to the old one', async () => {
    const { lago, settle, hooks } = rig()
    const old = lago.control.createInvoice({ invoice_type: 'one_off', fees: [700], taxes: [20] })
    lago.control.voidInvoice({ invoice_id: old.lago_id })
    await settle()
    const fresh = lago.control.regenerate({ invoice_id: old.lago_id })
    expect(await settle()).toEqual(['invoice.created'])
    expect(fresh).toMatchObject({ invoice_type: 'one_off', total_amount_cents: 840, status: 'finalized' })
    expect([fresh.lago_id, fresh.number]).not.toEqual([old.lago_id, old.number])
    expect(hooks.at(-1)?.raw).not.toContain(old.lago_id)
  })

  test('a one-off whose taxes came late is announced as invoice.created', async () => {
    const { lago, settle } = rig()
    const { lago_id } = lago.control.createInvoice({ invoice_type: 'one_off', status: 'pending' })
    await settle()
    lago.control.finalizeAfterTaxes({ invoice_id: lago_id })
    expect(await settle()).toEqual(['invoice.created'])
  })
})

describe('what a webhook holds', () => {
  test('never the invoice metadata, always the customer metadata', async () => {
    const { lago, settle, hooks } = rig()
    lago.control.createCustomer({ external_id: 'cust_1', metadata: [{ key: 'seen', value: 'yes' }] })
    lago.control.createInvoice({ metadata: [{ key: 'hidden', value: 'no' }] })
    await settle()
    const invoice = hooks.at(-1)?.body.invoice
    expect(invoice).not.toHaveProperty('metadata')
    expect(invoice?.customer?.metadata?.[0]).toMatchObject({ key: 'seen', value: 'yes' })
    expect(Object.keys(hooks.at(-1)?.body ?? {})).toEqual([
      'webhook_type',
      'object_type',
      'organization_id',
      'invoice',
    ])
  })

  test('what was true when the job ran, and the same bytes in every retry', async () => {
    const { lago, clock, hooks, answers } = rig()
    answers.push(200, 500, 200, 200, 500)
    const { lago_id } = lago.control.createInvoice()
    lago.control.setPaymentStatus({ invoice_id: lago_id, payment_status: 'failed' })
    await clock.runDue()
    lago.control.setPaymentStatus({ invoice_id: lago_id, payment_status: 'pending' })
    await clock.advance(60_000)
    const sent = hooks.filter(hook => hook.type === 'invoice.created')
    expect(sent).toHaveLength(3)
    expect(sent[0]?.body.invoice.payment_status).toBe('failed')
    expect(new Set(sent.map(hook => hook.raw)).size).toBe(1)
  })

  test('payment status updates carry customer and fees, but no taxes', async () => {
    const { lago, settle, hooks } = rig()
    const { lago_id } = lago.control.createInvoice({ taxes: [20] })
    lago.control.setPaymentStatus({ invoice_id: lago_id, payment_status: 'failed' })
    await settle()
    const invoice = hooks.at(-1)?.body.invoice
    expect(invoice?.fees).toHaveLength(1)
    expect(invoice?.customer?.external_id).toBe('cust_1')
    expect(invoice).not.toHaveProperty('applied_taxes')
  })
})

describe('delivery', () => {
  test('three attempts in all, 3 and 18 seconds apart, with one unique key; then it is lost', async () => {
    const { lago, clock, hooks, answers } = rig()
    lago.control.createCustomer({ external_id: 'cust_1' })
    await clock.runDue()
    hooks.length = 0
    answers.push(500, 500, 500)
    lago.control.createInvoice()
    await clock.advance(DAY)
    const start = hooks[0]?.at.getTime() ?? 0
    expect(hooks.map(hook => hook.at.getTime() - start)).toEqual([0, 3_000, 21_000])
    expect(new Set(hooks.map(hook => hook.key)).size).toBe(1)
    expect(lago.deliveries.totals.failed).toBe(1)
  })

  test('only 200, 201, 202 and 204 are success', async () => {
    for (const status of [200, 201, 202, 204, 203, 205, 302, 400]) {
      const { lago, clock, hooks, answers } = rig()
      answers.push(status)
      lago.control.createCustomer({ external_id: 'cust_1' })
      await clock.advance(60_000)
      expect([status, hooks.length]).toEqual([status, [200, 201, 202, 204].includes(status) ? 1 : 2])
    }
  })

  test('each endpoint has its own unique key for the same event', async () => {
    const { lago, settle, hooks } = rig()
    lago.control.addWebhookEndpoint({ webhook_url: 'https://other.test/hooks', signature_algo: 'hmac' })
    lago.control.createCustomer({ external_id: 'cust_1' })
    await settle()
    expect(hooks).toHaveLength(2)
    expect(hooks[0]?.raw).toBe(hooks[1]?.raw ?? '')
    expect(hooks[0]?.key).not.toBe(hooks[1]?.key)
  })

  test('can arrive before the API call that caused it is answered', async () => {
    const { lago, call, hooks } = rig()
    lago.deliveries.beforeResponse = true
    await call('POST', '/customers', { customer: { external_id: 'c1' } })
    expect(hooks.map(hook => hook.type)).toEqual(['customer.created'])
  })

  test('without an endpoint nothing is queued', async () => {
    const { lago, settle } = rig({ endpoints: [] })
    lago.control.createInvoice()
    await settle()
    expect(lago.deliveries.totals.events).toBe(0)
  })
})

describe('overdue', () => {
  test('with net term 0 an invoice is overdue on the next UTC day, and told once', async () => {
    const { lago, clock, settle, call } = rig()
    const { lago_id } = lago.control.createInvoice()
    const later = lago.control.createInvoice({ net_payment_term: 14 }).lago_id
    const paid = lago.control.createInvoice({ payment_status: 'succeeded' }).lago_id
    await settle()
    expect(lago.control.markOverdueTick()).toEqual([])
    await clock.advance(DAY)
    expect(lago.control.markOverdueTick()).toEqual([lago_id])
    expect(lago.control.markOverdueTick()).toEqual([])
    expect(await settle()).toEqual(['invoice.payment_overdue'])
    const { body } = await call('GET', '/invoices?payment_overdue=true')
    expect(body.invoices.map(invoice => invoice.lago_id)).toEqual([lago_id])
    expect([later, paid]).not.toContain(lago_id)
  })

  test('a lost dispute ends it for good', async () => {
    const { lago, clock } = rig()
    const { lago_id } = lago.control.createInvoice()
    lago.control.loseDispute({ invoice_id: lago_id })
    await clock.advance(DAY)
    expect(lago.control.markOverdueTick()).toEqual([])
  })
})
