import { afterEach, describe, expect, test } from 'bun:test'
import { checkout, inLago, payableOf, paymentsOf, pressLink, until } from '../support/stories.ts'
import { eventually, product, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

/** Refunds that take a moment instead of a second. */
const quick = { refunds: { initial: 'pending', final: 'succeeded', afterMs: 50 } } as const

const sessionBehind = async (id: string) => (await pressLink(world, id)).to?.split('/').at(-1) ?? ''

/** An old checkout lapses for the bridge, while its page is still open at the customer's. */
const lapse = (session: string) => world.bridge.sql`
  update sessions set created_at = created_at - interval '2 days', expires_at = expires_at - interval '2 days',
    read_at = read_at - interval '2 days' where id = ${session}`

const twoSessions = async (fees: number[]) => {
  const { lago_id: id } = world.lago.control.createInvoice({ fees })
  const first = await checkout(world, id)
  await lapse(first.id)
  const second = await sessionBehind(id)
  expect(second).not.toBe(first.id)
  return { id, first: first.id, second }
}

describe('paid twice by two sessions', () => {
  test('by policy refund, the later one goes back whole, once', async () => {
    world = await startWorld({ dodo: quick, config: { duplicatePayments: 'refund' } })
    const { id, first, second } = await twoSessions([3000])
    await world.dodo.control.pay(second)
    await Bun.sleep(5)
    await world.dodo.control.pay(first)
    await eventually(
      () => paymentsOf(world, id),
      rows => rows.length === 2 && rows.some(p => p.refunded === 3000),
    )
    await until(world, id, row => row.state === 'paid' && row.attention.length === 0)
    const payments = await paymentsOf(world, id)
    expect(payments.map(p => [p.recorded, p.refunded])).toEqual([
      [3000, 0],
      [0, 3000],
    ])
    expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 3000, due: 0 })
    expect(world.dodo.faults.count('POST', '/refunds')).toBe(1)
    expect(world.lago.faults.count('POST', '/api/v1/credit_notes')).toBe(0)
  })

  test('by policy review, the later one waits for a person and nothing is sent back', async () => {
    world = await startWorld({ config: { duplicatePayments: 'review' } })
    const { id, first, second } = await twoSessions([3000])
    await world.dodo.control.pay(first)
    // In the same millisecond neither is the later one.
    await Bun.sleep(5)
    await world.dodo.control.pay(second)
    const row = await until(world, id, r => r.attention.length > 0)
    expect(row).toMatchObject({ state: 'paid', attention: [{ reason: 'duplicate_payment' }] })
    expect(world.dodo.faults.count('POST', '/refunds')).toBe(0)
    expect(inLago(world, id)).toMatchObject({ paid: 3000, due: 0 })
    expect((await paymentsOf(world, id)).map(p => p.recorded)).toEqual([3000, 0])
  })
})

describe('paid after void', () => {
  for (const latePayments of ['review', 'refund'] as const)
    test(`by policy ${latePayments}`, async () => {
      world = await startWorld({ dodo: quick, config: { latePayments } })
      const { lago_id: id } = world.lago.control.createInvoice({ fees: [1200] })
      const session = await checkout(world, id)
      world.lago.control.voidInvoice({ invoice_id: id })
      await until(world, id, row => row.state === 'closed')
      await world.dodo.control.pay(session.id)
      if (latePayments === 'review') {
        const row = await until(world, id, r => r.attention.length > 0)
        expect(row.attention).toMatchObject([{ reason: 'late_payment' }])
      } else
        await eventually(
          () => paymentsOf(world, id),
          rows => rows[0]?.refunded === 1200,
        )
      const row = await until(world, id, () => true)
      expect(row.state).toBe('closed')
      expect(world.dodo.faults.count('POST', '/refunds')).toBe(latePayments === 'refund' ? 1 : 0)
      expect(world.lago.faults.count('POST', '/api/v1/payments')).toBe(0)
      expect(inLago(world, id)).toMatchObject({ status: 'voided', paid: 0 })
    })
})

describe('what was not asked for is never marked paid', () => {
  const wrong = async (pay: (session: string) => Promise<unknown>, reason: string) => {
    const { lago_id: id } = world.lago.control.createInvoice({ fees: [1000] })
    const session = await checkout(world, id)
    await pay(session.id)
    const row = await until(world, id, r => r.attention.length > 0)
    expect(row.attention).toMatchObject([{ reason }])
    expect(inLago(world, id)).toMatchObject({ paymentStatus: 'pending', paid: 0, due: 1000 })
    expect(world.lago.faults.count('POST', '/api/v1/payments')).toBe(0)
    expect(world.dodo.faults.count('POST', '/refunds')).toBe(0)
    expect((await paymentsOf(world, id)).map(p => [p.recorded, p.refunded])).toEqual([[0, 0]])
    // Nobody is asked for more while money lies there that does not fit.
    expect(world.dodo.faults.count('POST', '/checkouts')).toBe(1)
    return row
  }

  test('10 cents short', async () => {
    world = await startWorld()
    const row = await wrong(
      session => world.dodo.control.pay(session, { amountOverride: 990 }),
      'amount_mismatch',
    )
    expect(row.attention[0]?.detail).toBe('asked USD 10.00, received USD 9.90')
  })

  test('wrong currency', async () => {
    world = await startWorld()
    await wrong(session => world.dodo.control.pay(session, { currencyOverride: 'EUR' }), 'currency_mismatch')
  })

  test('wrong product', async () => {
    world = await startWorld()
    const cheaper = product(world.dodo, 'USD')
    await wrong(async sessionId => {
      const [line] = world.dodo.state.sessions.get(sessionId)?.request.product_cart ?? []
      if (line) line.product_id = cheaper
      await world.dodo.control.pay(sessionId)
    }, 'product_mismatch')
  })

  test("metadata naming somebody else's invoice", async () => {
    world = await startWorld()
    const { lago_id: id } = world.lago.control.createInvoice({ fees: [100_000] })
    await checkout(world, id)
    await world.dodo.control.createForeignPayment({
      amount: 100_000,
      currency: 'USD',
      metadata: { lago_invoice_id: id },
    })
    const row = await until(world, id, r => r.attention.length > 0)
    expect(row.attention).toMatchObject([{ reason: 'session_mismatch' }])
    expect(inLago(world, id)).toMatchObject({ paymentStatus: 'pending', paid: 0, due: 100_000 })
    expect(world.lago.faults.count('POST', '/api/v1/payments')).toBe(0)
  })
})

describe('the amount changes while a checkout is open', () => {
  test('a credit note settles the invoice: the old checkout, if paid, is money nothing is owed for', async () => {
    world = await startWorld({ dodo: quick, config: { latePayments: 'refund' } })
    const { lago, dodo } = world
    const { lago_id: id } = lago.control.createInvoice({ fees: [800] })
    const session = await checkout(world, id)
    lago.control.applyOffsetCreditNote({ invoice_id: id })
    await until(world, id, row => row.state === 'closed')
    expect((await pressLink(world, id)).status).not.toBe(302)
    await dodo.control.pay(session.id)
    await eventually(
      () => paymentsOf(world, id),
      rows => rows[0]?.refunded === 800,
    )
    expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 0, due: 0 })
  })

  for (const latePayments of ['review', 'refund'] as const)
    test(`a part was paid by hand: the old amount is recorded up to what is due, the rest is for ${latePayments}`, async () => {
      world = await startWorld({ dodo: quick, config: { latePayments } })
      const { lago, dodo } = world
      const { lago_id: id } = lago.control.createInvoice({ fees: [1000] })
      const session = await checkout(world, id)
      lago.control.recordPaymentByOperator({ invoice_id: id, amount_cents: 400 })
      await dodo.control.pay(session.id)
      await until(world, id, row => row.state === 'paid')
      expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 1000, due: 0 })
      const [payment] = await eventually(
        () => paymentsOf(world, id),
        rows => latePayments === 'review' || rows[0]?.refunded === 400,
      )
      expect(payment).toMatchObject({
        amount: 1000,
        recorded: 600,
        refunded: latePayments === 'refund' ? 400 : 0,
      })
      const row = await until(world, id, () => true)
      expect(row.attention.map(a => a.reason)).toEqual(latePayments === 'review' ? ['late_payment'] : [])
      expect(lago.faults.count('POST', '/api/v1/credit_notes')).toBe(0)
    })
})

test('an invoice voided after it was paid and regenerated: the old money waits for a person, the new one is asked for', async () => {
  world = await startWorld()
  const { lago, dodo } = world
  const { lago_id: old } = lago.control.createInvoice({ fees: [1500] })
  await dodo.control.pay((await checkout(world, old)).id)
  await until(world, old, row => row.state === 'paid')
  lago.control.voidInvoice({ invoice_id: old })
  const { lago_id: fresh } = lago.control.regenerate({ invoice_id: old })
  const row = await until(world, old, r => r.attention.length > 0)
  expect(row.attention).toMatchObject([{ reason: 'voided_after_payment', about: old }])
  expect(await checkout(world, fresh)).toMatchObject({ amount: 1500 })
  expect(inLago(world, fresh)).toMatchObject({ paymentStatus: 'pending', paid: 0, due: 1500 })
})

for (const premium of [true, false])
  test(`nobody is asked to pay twice when a paid invoice is set back to pending ${premium ? 'with' : 'without'} a licence`, async () => {
    world = await startWorld({ lago: { premium } })
    const { lago, dodo } = world
    const { lago_id: id } = lago.control.createInvoice({ fees: [1500] })
    await dodo.control.pay((await checkout(world, id)).id)
    await until(world, id, row => row.state === 'paid')
    lago.control.setPaymentStatus({ invoice_id: id, payment_status: 'pending' })
    const row = await until(world, id, r => r.attention.length > 0)
    expect(row).toMatchObject({ state: 'paid', attention: [{ reason: 'unpaid_in_lago' }] })
    expect(dodo.faults.count('POST', '/checkouts')).toBe(1)
    lago.control.setPaymentStatus({ invoice_id: id, payment_status: 'succeeded' })
    await until(world, id, r => r.attention.length === 0)
    expect(await payableOf(world, id)).toMatchObject({ state: 'paid' })
  })
