import { afterEach, expect, test } from 'bun:test'
import { eventually } from '../support/world.ts'
import {
  booksAgree,
  notesBecome,
  notesOf,
  type Paid,
  paidInvoice,
  parkedFor,
  payableOf,
  refundsOf,
  stateBecomes,
} from './support.ts'

let paid: Paid
afterEach(() => paid.world.stop())

test('a credit note written in Lago is refunded in Dodo, and Lago hears that it succeeded', async () => {
  paid = await paidInvoice()
  paid.world.lago.control.refundByCreditNote({ invoice_id: paid.invoiceId, amount_cents: 500 })
  await notesBecome(paid.world, paid.invoiceId, [[500, 'succeeded']])
  expect((await refundsOf(paid.world, paid.paymentId)).map(r => r.amount)).toEqual([500])
  expect(await booksAgree(paid)).toBe(500)
})

test('the echo of our own refund is never answered with a credit note', async () => {
  paid = await paidInvoice()
  paid.world.dodo.deliveries.duplicate(3)
  paid.world.lago.control.refundByCreditNote({ invoice_id: paid.invoiceId, amount_cents: 1440 })
  await notesBecome(paid.world, paid.invoiceId, [[1440, 'succeeded']])
  await paid.world.dodo.deliveries.idle()
  await stateBecomes(paid.world, paid.invoiceId, 'paid')
  expect(await notesOf(paid.world, paid.invoiceId)).toHaveLength(1)
  expect(await booksAgree(paid)).toBe(1440)
})

test('two credit notes at once are refunded one after the other', async () => {
  paid = await paidInvoice()
  const { control } = paid.world.lago
  control.refundByCreditNote({ invoice_id: paid.invoiceId, amount_cents: 500 })
  control.refundByCreditNote({ invoice_id: paid.invoiceId, amount_cents: 400 })
  await notesBecome(paid.world, paid.invoiceId, [
    [400, 'succeeded'],
    [500, 'succeeded'],
  ])
  expect(await booksAgree(paid)).toBe(900)
})

test('the same amount asked for on both sides at the same moment goes back once', async () => {
  paid = await paidInvoice()
  const { world, invoiceId, paymentId } = paid
  world.lago.deliveries.hold()
  world.dodo.deliveries.hold()
  world.lago.control.refundByCreditNote({ invoice_id: invoiceId, amount_cents: 1440 })
  await world.dodo.control.createRefund(paymentId)
  await Promise.all([world.lago.deliveries.release(), world.dodo.deliveries.release()])
  await notesBecome(world, invoiceId, [[1440, 'succeeded']])
  expect(world.dodo.faults.count('POST', '/refunds')).toBe(0)
  expect(await booksAgree(paid)).toBe(1440)
})

test('a lost answer to the refund is found by reading, never refunded twice', async () => {
  paid = await paidInvoice()
  paid.world.dodo.faults.add({ method: 'POST', path: '/refunds', fault: { kind: 'lost-answer' }, times: 1 })
  paid.world.lago.control.refundByCreditNote({ invoice_id: paid.invoiceId, amount_cents: 500 })
  await notesBecome(paid.world, paid.invoiceId, [[500, 'succeeded']])
  expect(await refundsOf(paid.world, paid.paymentId)).toHaveLength(1)
})

test('a refund that Dodo refuses ends failed in Lago and parked with the reason', async () => {
  paid = await paidInvoice()
  paid.world.dodo.faults.add({
    method: 'POST',
    path: '/refunds',
    fault: {
      kind: 'status',
      status: 400,
      body: { code: 'REFUND_WINDOW_EXPIRED', message: 'Refund window of 30 days has expired' },
    },
  })
  paid.world.lago.control.refundByCreditNote({ invoice_id: paid.invoiceId, amount_cents: 500 })
  await notesBecome(paid.world, paid.invoiceId, [[500, 'failed']])
  const row = await parkedFor(paid.world, paid.invoiceId, 'refund_refused')
  expect(row?.attention[0]?.detail).toContain('REFUND_WINDOW_EXPIRED')
})

test('a refund that fails days later ends failed in Lago, and a person hears of it', async () => {
  paid = await paidInvoice({ dodo: { refunds: { initial: 'review' } } })
  const { world, invoiceId } = paid
  world.lago.control.refundByCreditNote({ invoice_id: invoiceId, amount_cents: 500 })
  const [refund] = await eventually(
    () => world.bridge.sql<{ id: string; status: string }[]>`select id, status from refunds`,
    rows => rows.length === 1,
  )
  expect(refund?.status).toBe('review')
  expect((await notesOf(world, invoiceId)).map(n => n.refund_status)).toEqual(['pending'])
  await world.dodo.control.settleRefund(refund?.id ?? '', 'failed')
  await notesBecome(world, invoiceId, [[500, 'failed']])
  await parkedFor(world, invoiceId, 'refund_refused')
})

test('a payment in dispute is not refunded; a won dispute lets the refund go on', async () => {
  paid = await paidInvoice()
  const { world, invoiceId, paymentId } = paid
  const dispute = await world.dodo.control.openDispute(paymentId)
  await parkedFor(world, invoiceId, 'dispute_open')
  world.lago.control.refundByCreditNote({ invoice_id: invoiceId, amount_cents: 500 })
  await parkedFor(world, invoiceId, 'refund_in_dispute')
  expect(world.dodo.faults.count('POST', '/refunds')).toBe(0)
  await world.dodo.control.resolveDispute(dispute.dispute_id, 'won')
  await notesBecome(world, invoiceId, [[500, 'succeeded']])
  await eventually(
    () => payableOf(world, invoiceId),
    row => row?.attention.length === 0,
  )
})
