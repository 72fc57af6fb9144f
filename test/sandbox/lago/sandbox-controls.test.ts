import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Client, getLagoError } from 'lago-javascript-client'
import { seededRandom } from '../../../sandbox/kernel/random.ts'
import { RealClock } from '../../../sandbox/kernel/real-clock.ts'
import type { Serving } from '../../../sandbox/kernel/server.ts'
import { createFakeLago, type FakeLago } from '../../../sandbox/lago/fake-lago.ts'
import { rig } from './support.ts'

let lago: FakeLago
let serving: Serving

beforeAll(() => {
  lago = createFakeLago({ clock: new RealClock() })
  serving = lago.serve()
})

afterAll(() => serving.stop())

const post = async (path: string, body: object = {}, method = 'POST') => {
  const response = await fetch(`${serving.url}/_sandbox/${path}`, { method, body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const state = async () =>
  (await fetch(`${serving.url}/_sandbox/state`)).json() as Promise<Record<string, unknown>>

describe('the official client', () => {
  const client = () => Client(lago.apiKey, { baseUrl: `${serving.url}/api/v1` })

  test('reads, updates, pays, refunds and lists', async () => {
    const api = client()
    await api.customers.createCustomer({
      customer: { external_id: 'js', currency: 'USD', email: 'a@x.test' },
    })
    const { lago_id } = lago.control.createInvoice({ customer: 'js', fees: [1000], taxes: [20] })
    const found = await api.invoices.findInvoice(lago_id)
    expect(found.data.invoice.total_due_amount_cents).toBe(1200)
    const updated = await api.invoices.updateInvoice(lago_id, {
      invoice: { metadata: [{ key: 'dodo_link', value: 'https://pay.test' }] },
    })
    expect(updated.data.invoice.metadata?.[0]?.value).toBe('https://pay.test')
    const paid = await api.payments.createPayment({
      payment: { invoice_id: lago_id, amount_cents: 1200, reference: 'pay_1' },
    })
    expect(paid.data.payment.payment_status).toBe('succeeded')
    const note = await api.creditNotes.createCreditNote({
      credit_note: {
        invoice_id: lago_id,
        refund_amount_cents: 600,
        items: [{ fee_id: found.data.invoice.fees?.[0]?.lago_id ?? '', amount_cents: 500 }],
      },
    })
    expect(note.data.credit_note?.refund_amount_cents).toBe(600)
    const list = await api.invoices.findAllInvoices({
      external_customer_id: 'js',
      'payment_statuses[]': ['succeeded'],
    })
    expect(list.data.invoices.map(invoice => invoice.lago_id)).toEqual([lago_id])
    await api.invoices.retryPayment(lago.control.createInvoice().lago_id)
  })

  test('tells refusals as Lago does', async () => {
    try {
      await client().invoices.findInvoice('nobody')
      throw new Error('found')
    } catch (error) {
      expect(await getLagoError<ReturnType<typeof client>['invoices']['findInvoice']>(error)).toMatchObject({
        status: 404,
        code: 'invoice_not_found',
      })
    }
  })

  test('buys credits and finds them by metadata', async () => {
    const wallet = lago.control.createWallet({ external_customer_id: 'js' })
    const made = await client().walletTransactions.createWalletTransaction({
      wallet_transaction: {
        wallet_id: wallet.lago_id,
        paid_credits: '5',
        metadata: [{ key: 't', value: '1' }],
      },
    })
    expect(made.data.wallet_transactions[0]).toMatchObject({ status: 'pending', lago_invoice_id: null })
    expect((await client().organizations.findOrganization()).data.organization.slug).toBe('acme')
  })
})

describe('controls over HTTP', () => {
  test('do what the controls in process do', async () => {
    const made = await post('createInvoice', { customer: 'http', fees: [700], taxes: [10] })
    expect(made.body).toMatchObject({ total_amount_cents: 770, status: 'finalized' })
    const invoice_id = made.body['lago_id']
    await post('recordPaymentByOperator', { invoice_id, amount_cents: 770 })
    expect((await post('getInvoice', { invoice_id })).body['payment_status']).toBe('succeeded')
    expect((await post('refundByCreditNote', { invoice_id, amount_cents: 770 })).body).toMatchObject({
      refund_status: 'pending',
    })
    expect((await post('voidInvoice', { invoice_id })).body['status']).toBe('voided')
    expect((await post('voidInvoice', { invoice_id })).status).toBe(405)
    expect((await post('setVersion', { version: '1.40' })).body).toEqual({ ok: true })
    expect((await state())['version']).toBe('1.40')
    await post('setVersion', { version: '1.51' })
  })

  test('the state, the clock and the calls can be seen and moved', async () => {
    const before = await state()
    await post('clock/advance', { ms: 86_400_000 })
    const after = await state()
    expect(Date.parse(String(after['now'])) - Date.parse(String(before['now']))).toBeGreaterThanOrEqual(
      86_400_000,
    )
    const call = () =>
      fetch(`${serving.url}/api/v1/organizations`, { headers: { authorization: `Bearer ${lago.apiKey}` } })
    await call()
    const calls = (await (await fetch(`${serving.url}/_sandbox/calls`)).json()) as {
      by_route: Record<string, number>
    }
    expect(calls.by_route['GET /api/v1/organizations']).toBeGreaterThanOrEqual(1)
  })

  test('faults strike the API and never the controls', async () => {
    const rule = {
      method: 'GET',
      path: '/api/v1/organizations',
      fault: { kind: 'status', status: 503 },
      times: 1,
    }
    await post('faults', rule)
    const call = () =>
      fetch(`${serving.url}/api/v1/organizations`, { headers: { authorization: `Bearer ${lago.apiKey}` } })
    expect([(await call()).status, (await call()).status]).toEqual([503, 200])
    await post('faults', { ...rule, path: '/_sandbox/state', times: 5 })
    expect((await fetch(`${serving.url}/_sandbox/state`)).status).toBe(200)
    expect((await post('faults', {}, 'DELETE')).body).toEqual({ faults: [] })
  })

  test('deliveries can be held, released and counted', async () => {
    expect((await post('deliveries', { hold: true, duplicate: 2, shuffle_ms: 5 })).status).toBe(200)
    expect(
      (await post('deliveries', { release: 'shuffled', duplicate: 1, shuffle_ms: 0 })).body,
    ).toMatchObject({
      pending: 0,
    })
    expect((await post('deliveries/nobody/replay')).status).toBe(404)
  })
})

describe('the page for people', () => {
  const page = async () => (await fetch(`${serving.url}/`)).text()
  const press = (action: string, fields: Record<string, string>) =>
    fetch(`${serving.url}/_sandbox/page/${action}`, { method: 'POST', body: new URLSearchParams(fields) })

  test('creates an invoice, shows it with its links, and offers what can be done', async () => {
    const after = await press('create', {
      customer: 'page',
      email: 'ada@example.test',
      amount: '4900',
      currency: 'USD',
      type: 'subscription',
    })
    expect(after.url).toContain('/?notice=')
    const [invoice] = [...lago.state.invoices.values()].slice(-1)
    invoice?.metadata.push({
      lago_id: 'm',
      key: 'dodo_link',
      value: 'https://pay.test/1?a=1&b=2',
      created_at: new Date(),
    })
    const text = await page()
    expect(text).toContain(String(invoice?.number))
    expect(text).toContain('49.00 USD')
    expect(text).toContain('<a href="https://pay.test/1?a=1&amp;b=2"')
    await press('pay', { invoice_id: invoice?.lago_id ?? '' })
    expect(invoice?.payment_status).toBe('succeeded')
    await press('refund', { invoice_id: invoice?.lago_id ?? '', amount: '900' })
    expect(await page()).toContain('refund 9.00 USD pending')
    const refusal = await press('retry', { invoice_id: invoice?.lago_id ?? '' })
    expect(await refusal.text()).toContain('Lago refused')
    await press('void', { invoice_id: invoice?.lago_id ?? '' })
    expect(invoice?.status).toBe('voided')
  })

  test('escapes whatever customers are called', async () => {
    lago.control.createInvoice({ customer: { external_id: 'evil', name: '<script>alert(1)</script>' } })
    const text = await page()
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(text).not.toContain('<script>')
  })
})

describe('reproducible and quick', () => {
  const run = async () => {
    const kit = rig({ random: seededRandom(7), hmacKey: 'k' })
    const ids = kit.lago.control.createInvoices({ count: 20, customers: 3, taxes: [19] })
    for (const invoice_id of ids.slice(0, 5)) {
      kit.lago.control.recordPaymentByOperator({ invoice_id, amount_cents: 1190 })
    }
    await kit.clock.advance(60_000)
    return kit.hooks.map(hook => [hook.key, hook.headers['x-lago-signature'], hook.raw])
  }

  test('the same seed gives the same ids, webhooks and signatures', async () => {
    const first = await run()
    expect(first.length).toBe(28)
    expect(await run()).toEqual(first)
  })

  test('a hundred thousand invoices are made in seconds, and one is read without a scan', async () => {
    const kit = rig({ endpoints: [], remember: 0 })
    const started = performance.now()
    const ids = kit.lago.control.createInvoices({ count: 100_000, customers: 1000, silent: true })
    expect(performance.now() - started).toBeLessThan(20_000)
    const reading = performance.now()
    for (let index = 0; index < 1000; index++) await kit.call('GET', `/invoices/${ids[index * 97]}`)
    expect((performance.now() - reading) / 1000).toBeLessThan(5)
  }, 60_000)
})
