import { afterEach, expect, test } from 'bun:test'
import { eventually } from '../support/world.ts'
import { notesBecome, type Paid, paidInvoice, parkedFor, payableOf, stateBecomes } from './support.ts'

let paid: Paid
afterEach(() => paid.world.stop())

const lost = () => paid.world.lago.faults.count('POST', '/api/v1/invoices/*/lose_dispute')

test('an open dispute is shown, a lost one is told to Lago once', async () => {
  paid = await paidInvoice()
  const { world, invoiceId, paymentId } = paid
  const dispute = await world.dodo.control.openDispute(paymentId)
  await parkedFor(world, invoiceId, 'dispute_open')
  world.dodo.deliveries.duplicate(3)
  await world.dodo.control.resolveDispute(dispute.dispute_id, 'lost')
  await eventually(
    () => world.lago.control.getInvoice({ invoice_id: invoiceId }).payment_dispute_lost_at,
    at => Boolean(at),
  )
  await eventually(
    () => payableOf(world, invoiceId),
    row => row?.attention.length === 0,
  )
  await world.dodo.deliveries.idle()
  await stateBecomes(world, invoiceId, 'paid')
  expect(lost()).toBe(1)
  expect(world.lago.control.getInvoice({ invoice_id: invoiceId }).payment_status).toBe('succeeded')
})

test('a dispute lost after a partial refund leaves the credit note as it is', async () => {
  paid = await paidInvoice()
  const { world, invoiceId, paymentId } = paid
  await world.dodo.control.createRefund(paymentId, 500)
  await notesBecome(world, invoiceId, [[500, 'succeeded']])
  const dispute = await world.dodo.control.openDispute(paymentId, { amount: 940 })
  await world.dodo.control.resolveDispute(dispute.dispute_id, 'lost')
  await eventually(lost, count => count === 1)
  await notesBecome(world, invoiceId, [[500, 'succeeded']])
})

test('a won dispute changes nothing in Lago', async () => {
  paid = await paidInvoice()
  const { world, invoiceId, paymentId } = paid
  const dispute = await world.dodo.control.openDispute(paymentId)
  await parkedFor(world, invoiceId, 'dispute_open')
  await world.dodo.control.resolveDispute(dispute.dispute_id, 'won')
  await eventually(
    () => payableOf(world, invoiceId),
    row => row?.attention.length === 0,
  )
  expect(lost()).toBe(0)
})
