import { afterEach, expect, test } from 'bun:test'
import { asLagoInvoiceId } from '../../src/core/ids.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

const sessionsOf = (world: World, invoiceId: string) =>
  world.bridge.sql<{ id: string; amount: number }[]>`
    select id, amount from sessions where payable_key = ${`invoice:${asLagoInvoiceId(invoiceId)}`} order by attempt`

const stateOf = async (world: World, invoiceId: string) => {
  const [row] = await world.bridge.sql<{ state: string; attention: unknown[]; last_error: string | null }[]>`
    select state, attention, last_error from payables where key = ${`invoice:${invoiceId}`}`
  return row
}

test('an invoice of Lago becomes a Dodo checkout for exactly what is due, and comes back paid', async () => {
  world = await startWorld()
  const { lago, dodo } = world
  const invoice = lago.control.createInvoice({ fees: [1000, 500], coupons: [300], taxes: [20] })

  const [session] = await eventually(
    () => sessionsOf(world, invoice.lago_id),
    rows => rows.length === 1,
  )
  expect(session?.amount).toBe(1440)
  await dodo.control.pay(session?.id ?? '')

  const paid = await eventually(
    () => lago.control.getInvoice({ invoice_id: invoice.lago_id }),
    seen => seen.payment_status === 'succeeded',
  )
  expect(paid).toMatchObject({ total_paid_amount_cents: 1440, total_due_amount_cents: 0 })
  await eventually(
    () => stateOf(world, invoice.lago_id),
    row => row?.state === 'paid',
  )
  expect(dodo.faults.count('POST', '/checkouts')).toBe(1)
  expect(lago.faults.count('POST', '/api/v1/payments')).toBe(1)
})
