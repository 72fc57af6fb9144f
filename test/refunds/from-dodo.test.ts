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
  stateBecomes,
} from './support.ts'

let paid: Paid
afterEach(() => paid.world.stop())

test('a full refund in Dodo becomes one finalized Lago credit note over exactly that amount', async () => {
  paid = await paidInvoice()
  const refund = await paid.world.dodo.control.createRefund(paid.paymentId)
  const [note] = await notesBecome(paid.world, paid.invoiceId, [[1440, 'succeeded']])
  expect(note?.metadata).toMatchObject({ dodo_refund_id: refund.refund_id })
  expect(await booksAgree(paid)).toBe(1440)
})

test('three partial refunds become three credit notes that leave nothing over', async () => {
  paid = await paidInvoice()
  for (const amount of [500, 333, 607]) await paid.world.dodo.control.createRefund(paid.paymentId, amount)
  await notesBecome(paid.world, paid.invoiceId, [
    [333, 'succeeded'],
    [500, 'succeeded'],
    [607, 'succeeded'],
  ])
  expect(await booksAgree(paid)).toBe(1440)
})

test('the echo of our own credit note is never answered with a refund', async () => {
  paid = await paidInvoice()
  paid.world.lago.deliveries.duplicate(3)
  await paid.world.dodo.control.createRefund(paid.paymentId, 500)
  await notesBecome(paid.world, paid.invoiceId, [[500, 'succeeded']])
  await paid.world.lago.deliveries.idle()
  await stateBecomes(paid.world, paid.invoiceId, 'paid')
  expect(paid.world.dodo.faults.count('POST', '/refunds')).toBe(0)
  expect(await booksAgree(paid)).toBe(500)
})

test('a refund heard of before its payment was recorded waits for it', async () => {
  paid = await paidInvoice()
  const { dodo } = paid.world
  dodo.deliveries.shuffle(300)
  dodo.deliveries.duplicate(4)
  await dodo.control.createRefund(paid.paymentId, 700)
  await notesBecome(paid.world, paid.invoiceId, [[700, 'succeeded']])
  expect(paid.world.lago.faults.count('POST', '/api/v1/credit_notes')).toBe(1)
})

test('a lost answer to the credit note is found by reading, never written twice', async () => {
  paid = await paidInvoice()
  paid.world.lago.faults.add({
    method: 'POST',
    path: '/api/v1/credit_notes',
    fault: { kind: 'lost-answer' },
    times: 1,
  })
  await paid.world.dodo.control.createRefund(paid.paymentId, 500)
  await notesBecome(paid.world, paid.invoiceId, [[500, 'succeeded']])
  expect(await notesOf(paid.world, paid.invoiceId)).toHaveLength(1)
})

test('a refund in review for days that fails in the end undoes nothing', async () => {
  paid = await paidInvoice()
  const { dodo } = paid.world
  const refund = await dodo.control.createRefund(paid.paymentId, 500, { initial: 'review' })
  await dodo.control.settleRefund(refund.refund_id, 'failed')
  await eventually(
    () => paid.world.bridge.sql`select status from refunds where id = ${refund.refund_id}`,
    rows => rows[0]?.['status'] === 'failed',
  )
  expect(await notesOf(paid.world, paid.invoiceId)).toHaveLength(0)
  expect((await payableOf(paid.world, paid.invoiceId))?.attention).toEqual([])
})

test('without a licence the refund is kept, noted on the invoice and parked once; a licence completes it', async () => {
  paid = await paidInvoice({ lago: { premium: false } })
  const { world, invoiceId } = paid
  const refund = await world.dodo.control.createRefund(paid.paymentId, 500)
  await parkedFor(world, invoiceId, 'credit_note_needs_licence')
  await eventually(
    () => world.lago.control.getInvoice({ invoice_id: invoiceId }).metadata ?? [],
    metadata =>
      metadata.some(e => e.key === 'dodo_refunded_cents' && e.value === '500') &&
      metadata.some(e => e.value === refund.refund_id),
  )
  const asked = world.lago.faults.count('POST', '/api/v1/payments')
  await world.bridge.sql`update payables set due_at = now()`
  await stateBecomes(world, invoiceId, 'paid')
  expect(world.lago.faults.count('POST', '/api/v1/payments')).toBe(asked)

  world.lago.control.setPremium({ premium: true })
  await world.bridge.sql`update intents set started_at = started_at - interval '2 days'`
  await world.bridge.sql`update payables set due_at = now(), kicks = kicks + 1`
  await notesBecome(world, invoiceId, [[500, 'succeeded']])
  await eventually(
    () => payableOf(world, invoiceId),
    row => row?.attention.length === 0,
  )
  expect(world.lago.control.getInvoice({ invoice_id: invoiceId }).total_paid_amount_cents).toBe(1440)
  expect(await booksAgree(paid)).toBe(500)
})

test('in tax-exclusive mode the tax that Dodo added is split off before the credit note', async () => {
  paid = await paidInvoice(
    { config: { taxMode: 'exclusive' }, dodo: { taxRates: { DE: 19 } } },
    { fees: [1000], customer: { external_id: 'de', country: 'DE', email: 'a@b.de' } },
  )
  await paid.world.dodo.control.createRefund(paid.paymentId, 595)
  await notesBecome(paid.world, paid.invoiceId, [[500, 'succeeded']])
  await paid.world.dodo.control.createRefund(paid.paymentId, 595)
  await notesBecome(paid.world, paid.invoiceId, [
    [500, 'succeeded'],
    [500, 'succeeded'],
  ])
})

test('a crash between the credit note and the memory of it is healed by reading', async () => {
  paid = await paidInvoice()
  const { world, invoiceId } = paid
  await world.dodo.control.createRefund(paid.paymentId, 500)
  await notesBecome(world, invoiceId, [[500, 'succeeded']])
  await stateBecomes(world, invoiceId, 'paid')
  // As if the process had died after Lago wrote the note: the intent stands as begun, and nothing is known of it.
  const { sql } = world.bridge
  await sql`update intents set state = 'started', result = '{}', started_at = started_at - interval '1 minute'
            where verb = 'issue-credit-note'`
  await sql`delete from intents where verb = 'set-refund-status'`
  await sql`delete from credit_notes`
  await sql`update payables set due_at = now(), kicks = kicks + 1`
  await eventually(
    () => sql`select state from intents where verb = 'issue-credit-note'`,
    rows => rows[0]?.['state'] === 'done',
  )
  await stateBecomes(world, invoiceId, 'paid')
  expect(world.lago.faults.count('POST', '/api/v1/credit_notes')).toBe(1)
  expect(await booksAgree(paid)).toBe(500)
})
