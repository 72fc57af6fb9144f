import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import type { Fault } from '../../sandbox/kernel/faults.ts'
import type { InvoiceInput } from '../../sandbox/lago/control/inputs.ts'
import { invoiceWebhook, lagoHeaders, post } from '../http/support.ts'
import { eventually, product, startWorld, type World } from '../support/world.ts'
import {
  atRest,
  checkout,
  checkoutsOf,
  effects,
  inLago,
  invoiceIn,
  parked,
  payableOf,
  paymentsInLago,
  reaches,
  sessionsOf,
} from './story.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ config: ({ worker }) => ({ worker: { ...worker, maxAttempts: 3 } }) })
})
afterAll(() => world.stop())
afterEach(() => {
  world.lago.faults.clear()
  world.dodo.faults.clear()
})

const asked = async (input: InvoiceInput) => {
  const id = invoiceIn(world, input)
  await checkout(world, id)
  return { id, request: checkoutsOf(world, id)[0]?.request }
}

describe('a customer about whom little is known can pay all the same', () => {
  const customers: [string, object, object | undefined][] = [
    ['no e-mail', { email: null, name: 'Ann' }, undefined],
    ['several e-mails', { email: 'a@x.test, b@x.test', name: null }, { email: 'a@x.test' }],
    ['a name and an e-mail', { email: 'a@x.test', name: 'Ann' }, { email: 'a@x.test', name: 'Ann' }],
    ['a legal name', { email: 'a@x.test', name: 'Ann', legal_name: 'Ann Ltd' }, { email: 'a@x.test', name: 'Ann Ltd' }],
  ] // biome-ignore format: a table reads better in rows
  test.each(customers)('%s', async (_, customer, expected) => {
    const { id, request } = await asked({ customer: { external_id: crypto.randomUUID(), ...customer } })
    expect(request?.customer ?? undefined).toEqual(expected as never)
    await world.dodo.control.pay(await checkout(world, id))
    await reaches(world, id, 'paid')
  })

  test('without a country Dodo asks for it, and no blank field stops it from asking', async () => {
    const { request } = await asked({ customer: { external_id: crypto.randomUUID(), country: null } })
    expect(request?.billing_address ?? null).toBeNull()
    const known = await asked({
      customer: {
        external_id: crypto.randomUUID(),
        country: 'DE',
        city: 'Bonn',
        zipcode: ' ',
        address_line1: '',
      },
    })
    expect(known.request?.billing_address).toEqual({
      country: 'DE',
      city: 'Bonn',
      state: null,
      street: null,
      zipcode: null,
    })
  })

  test('two customers with one e-mail stay two customers at Dodo', async () => {
    const same = () => ({ external_id: crypto.randomUUID(), email: 'office@x.test' })
    for (const { id } of [await asked({ customer: same() }), await asked({ customer: same() })])
      await world.dodo.control.pay(await checkout(world, id))
    const buyers = world.dodo.state.customers.all().filter(customer => customer.email === 'office@x.test')
    expect(buyers).toHaveLength(2)
  })
})

describe('every currency is asked for in Dodo’s units and recorded in Lago’s', () => {
  test.each([
    ['USD', 1_440, 1_440],
    ['JPY', 5_000, 5_000],
    ['HUF', 20_000, 2_000_000],
  ])('%s %d', async (currency, due, atDodo) => {
    const customer = { external_id: crypto.randomUUID(), currency }
    const { id, request } = await asked({ currency, fees: [due], customer })
    expect(request?.product_cart[0]?.amount).toBe(atDodo)
    await world.dodo.control.pay(await checkout(world, id))
    await reaches(world, id, 'paid')
    expect(paymentsInLago(world, id).map(payment => payment.amount_cents)).toEqual([due])
    expect(inLago(world, id)).toMatchObject({ payment_status: 'succeeded', total_due_amount_cents: 0 })
  })

  test('an invoice of five thousand fees is collected, and its webhooks are taken', async () => {
    const { id } = await asked({ fees: Array.from({ length: 5_000 }, () => 1) })
    expect((await sessionsOf(world, id))[0]?.amount).toBe(5_000)
    expect(world.lago.deliveries.log.at(-1)?.attempts.at(-1)?.status).toBe(200)
  }, 15_000)
})

describe('what Dodo cannot charge is parked with its reason, and costs nothing more', () => {
  const unchargeable: [string, string, InvoiceInput][] = [
    ['a currency without a product', 'no_product_for_currency', { currency: 'GBP', fees: [1_000] }],
    ['a currency that Dodo does not charge', 'currency_not_supported', { currency: 'KPW', fees: [100_000] }],
    ['an amount above 2^31-1', 'above_maximum', { fees: [2_147_483_648] }],
    ['forints that pass 2^31-1 in Dodo’s units', 'above_maximum', { currency: 'HUF', fees: [21_474_837] }],
    ['an amount below the least', 'below_minimum', { fees: [49] }],
    ['an amount of one cent', 'below_minimum', { fees: [1] }],
  ]
  test.each(unchargeable)('%s', async (_, reason, input) => {
    // What the tests before have left to do would count here.
    await atRest(world)
    const before = effects(world)
    const customer = { external_id: crypto.randomUUID(), currency: input.currency ?? 'USD' }
    const id = invoiceIn(world, { ...input, customer })
    expect(await parked(world, id)).toEqual([reason])
    await atRest(world)
    expect(await payableOf(world, id)).toMatchObject({ state: 'uncollectable', due_at: null, attempts: 0 })
    expect(effects(world)).toEqual(before)
  })

  test('the largest amount there is can be charged', async () => {
    const { id } = await asked({ fees: [2_147_483_647] })
    await world.dodo.control.pay(await checkout(world, id))
    await reaches(world, id, 'paid')
  })
})

describe('what is not ours to collect is left alone', () => {
  const others: [string, string, InvoiceInput][] = [
    ['nothing due', 'closed', { fees: [0] }],
    ['self-billed', 'closed', { self_billed: true }],
    ['collected by a provider of Lago’s own', 'closed', { customer: { external_id: 'stripe_1', payment_provider: 'stripe' } }],
    ['fees paid in advance', 'closed', { invoice_type: 'advance_charges' }],
    ['paid with prepaid credits', 'closed', { fees: [1_000], prepaid_credit_amount_cents: 1_000 }],
  ] // biome-ignore format: a table reads better in rows
  test.each(others)('%s', async (_, state, input) => {
    const before = effects(world)
    const id = invoiceIn(world, input)
    const body = invoiceWebhook(id)
    await post(`${world.bridge.url}/webhooks/lago`, body, lagoHeaders(body))
    const row = await reaches(world, id, state)
    expect(row?.attention).toEqual([])
    expect(effects(world)).toEqual(before)
  })

  test('a draft waits, and is collected once it is finalized', async () => {
    const id = invoiceIn(world, { status: 'draft' })
    const body = invoiceWebhook(id)
    await post(`${world.bridge.url}/webhooks/lago`, body, lagoHeaders(body))
    await reaches(world, id, 'waiting')
    expect(await sessionsOf(world, id)).toHaveLength(0)
    world.lago.control.finalizeDraft({ invoice_id: id })
    await checkout(world, id)
  })

  test('a voided invoice is closed, and its checkout handed out no more', async () => {
    const { id } = await asked({})
    world.lago.control.voidInvoice({ invoice_id: id })
    const row = await reaches(world, id, 'closed')
    expect(row?.say).toContain('voided')
    const link = await fetch(`${world.bridge.url}/pay/${row?.pay_token}`, { redirect: 'manual' })
    expect(link.status).toBe(410)
  })
})

describe('Lago refuses or is away', () => {
  test('an invoice that Lago does not know is parked, and looked for again when heard of again', async () => {
    const id = crypto.randomUUID()
    const body = invoiceWebhook(id)
    await post(`${world.bridge.url}/webhooks/lago`, body, lagoHeaders(body))
    expect(await parked(world, id)).toEqual(['invoice_not_found'])
    await atRest(world)
    expect(world.lago.faults.count('GET', `/api/v1/invoices/${id}`)).toBe(1)
    await post(`${world.bridge.url}/webhooks/lago`, body, lagoHeaders(body))
    await atRest(world)
    expect(world.lago.faults.count('GET', `/api/v1/invoices/${id}`)).toBe(2)
  })

  test.each([
    ['404', 'invoice_not_found'],
    ['405', 'stuck'],
    ['422', 'stuck'],
    ['500', 'stuck'],
  ])(
    'reading the invoice answers %s for good: parked as %s, freed by the next word',
    async (status, reason) => {
      const end = world.lago.faults.add({
        method: 'GET',
        path: '/api/v1/invoices/*',
        fault: { kind: 'status', status: Number(status) },
      })
      const id = invoiceIn(world)
      expect(await parked(world, id)).toEqual([reason])
      expect(await payableOf(world, id)).toMatchObject({ due_at: null })
      end()
      const body = invoiceWebhook(id)
      await post(`${world.bridge.url}/webhooks/lago`, body, lagoHeaders(body))
      await checkout(world, id)
      expect((await reaches(world, id, 'open'))?.attention).toEqual([])
    },
    15_000,
  )

  test.each([404, 405, 422])('a link refused with %d leaves the invoice payable', async status => {
    const fault: Fault = { kind: 'status', status }
    world.lago.faults.add({ method: 'PUT', path: '/api/v1/invoices/*', fault, times: 1 })
    const { id } = await asked({})
    await reaches(world, id, 'open')
    await world.dodo.control.pay(await checkout(world, id))
    await reaches(world, id, 'paid')
  })

  test.each([405, 422])(
    'a record refused with %d is shown to a person, and the money is not sent anywhere',
    async status => {
      const { id } = await asked({})
      world.lago.faults.add({ method: 'POST', path: '/api/v1/payments', fault: { kind: 'status', status } })
      await world.dodo.control.pay(await checkout(world, id))
      expect(await parked(world, id)).toEqual(['record_refused'])
      await atRest(world)
      expect(paymentsInLago(world, id)).toHaveLength(0)
      expect(world.dodo.state.refunds.all()).toHaveLength(0)
    },
  )

  test('what is due changed between our look and our record: it is looked at again, not hammered', async () => {
    const { id } = await asked({ fees: [1_000] })
    const session = await checkout(world, id)
    const before = effects(world).payments
    world.lago.faults.add({
      method: 'POST',
      path: '/api/v1/payments',
      fault: { kind: 'slow', ms: 300 },
      times: 1,
    })
    await world.dodo.control.pay(session)
    await eventually(
      () => world.dodo.deliveries.log.at(-1)?.state,
      state => state === 'delivered',
    )
    await Bun.sleep(150)
    world.lago.control.recordPaymentByOperator({ invoice_id: id, amount_cents: 400 })
    expect(await parked(world, id)).toEqual(['late_payment'])
    expect(paymentsInLago(world, id).map(payment => payment.amount_cents)).toEqual([400, 600])
    expect(effects(world).payments - before).toBeLessThanOrEqual(2)
  })
})

test('an invoice that vanishes while its money is being placed is parked, not asked for in a circle', async () => {
  const { id } = await asked({})
  world.lago.control.setPaymentStatus({ invoice_id: id, payment_status: 'succeeded' })
  await atRest(world)
  const path = `/api/v1/invoices/${id}`
  const before = world.lago.faults.count('GET', path)
  world.lago.faults.add({ method: 'GET', path, fault: { kind: 'status', status: 404 } })
  await world.dodo.control.pay(await checkout(world, id))
  expect(await parked(world, id)).toEqual(['invoice_not_found'])
  expect(world.lago.faults.count('GET', path) - before).toBeLessThanOrEqual(3)
})

test('a product that would ignore the amount is named at the start, and opens no checkout', async () => {
  const { dodo } = world
  const bad = dodo.control.product({
    name: 'Fixed',
    tax_category: 'saas',
    price: { type: 'one_time_price', currency: 'EUR', price: 999, discount: 0, purchasing_power_parity: false, pay_what_you_want: false, tax_inclusive: true },
  }).product_id // biome-ignore format: one object
  expect(bad).not.toBe(product(dodo, 'EUR'))
  const other = await startWorld({
    dodo: {},
    config: usual => ({
      dodo: { ...usual.dodo, baseUrl: world.config.dodo.baseUrl },
      products: new Map([['EUR', bad]]),
    }),
  })
  try {
    const id = invoiceIn(other, { currency: 'EUR', customer: { external_id: 'eur', currency: 'EUR' } })
    expect(await parked(other, id)).toEqual(['product_unfit'])
    expect((await payableOf(other, id))?.attention[0]?.detail).toContain('pay-what-you-want')
    expect(await sessionsOf(other, id)).toHaveLength(0)
  } finally {
    await other.stop()
  }
})
