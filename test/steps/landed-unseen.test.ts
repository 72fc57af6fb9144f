import { describe, expect, test } from 'bun:test'
import type { DodoPaymentId, LagoCreditNoteId, LagoInvoiceId } from '../../src/core/ids.ts'
import { toRefundFact } from '../../src/dodo/objects.ts'
import { verifyIntent } from '../../src/steps/index.ts'
import { markFailed } from '../../src/steps/mark-failed.ts'
import { recordAmount } from '../../src/steps/record-amount.ts'
import { findRecord, recordPayment } from '../../src/steps/record-payment.ts'
import { refundCreditNote } from '../../src/steps/refund-credit-note.ts'
import { refundPayment } from '../../src/steps/refund-payment.ts'
import { facts, intent, invoice, NOW, note, payment } from '../core/plan/facts.ts'
import { createSteppingStones } from './systems.ts'

const NOTE = note().id as LagoCreditNoteId

/** A payment of USD 14.40 at Dodo, and a refund of a part of it whose answer never came. */
async function refunded(metadata: Record<string, string>) {
  const stones = createSteppingStones()
  const paid = await stones.dodo.control.createForeignPayment({ amount: 1440, currency: 'USD' })
  const paymentId = paid.payment_id as DodoPaymentId
  const made = await stones.context.dodo.refund({
    paymentId,
    productId: paid.product_cart?.[0]?.product_id ?? '',
    amount: { amount: 500n, currency: 'USD' },
    reason: '',
    metadata,
  })
  const told = toRefundFact(made)
  return { ...stones, paymentId, told: told ? [told] : [] }
}

const begun = { state: 'started', request: { amount: '500', net: '500' } } as const

test('the refund of a credit note is found although a webhook told of it first', async () => {
  const { context, paymentId, told } = await refunded({ lago_credit_note_id: NOTE })
  const known = facts({ payments: [payment({ id: paymentId })], refunds: told })
  const asked = intent('refund-credit-note', `${NOTE}:${paymentId}`, begun)
  expect(await refundCreditNote.verify(asked, known, context)).toMatchObject({
    kind: 'done',
    result: { refund_id: told[0]?.id, amount: '500' },
  })
})

test('it is found too where the webhook did not say for which credit note it is', async () => {
  const { context, paymentId, told } = await refunded({ lago_credit_note_id: NOTE })
  const refunds = told.map(r => ({ ...r, creditNoteId: null }))
  const known = facts({ payments: [payment({ id: paymentId })], refunds })
  const asked = intent('refund-credit-note', `${NOTE}:${paymentId}`, begun)
  expect((await refundCreditNote.verify(asked, known, context)).kind).toBe('done')
})

test('a refund of what was paid too much is found although a webhook told of it first', async () => {
  const { context, paymentId, told } = await refunded({ lago_dodo_bridge: 'late_payment' })
  const known = facts({ payments: [payment({ id: paymentId })], refunds: told })
  expect(
    await refundPayment.verify(intent('refund-payment', paymentId, begun), known, context),
  ).toMatchObject({
    kind: 'done',
    result: { refund_id: told[0]?.id },
  })
})

test('a refund that somebody made in the dashboard is not taken for one of ours', async () => {
  const { context, paymentId } = await refunded({})
  const known = facts({ payments: [payment({ id: paymentId })] })
  expect(
    await refundPayment.verify(intent('refund-payment', paymentId, begun), known, context),
  ).toMatchObject({
    kind: 'absent',
  })
})

/** An invoice of USD 14.40 in Lago whose payment is recorded already, and the facts of one who does not know it. */
function recordedUnseen() {
  const stones = createSteppingStones()
  const { lago_id } = stones.lago.control.createInvoice({ fees: [1440] })
  const id = lago_id as LagoInvoiceId
  stones.lago.control.recordPaymentByOperator({ invoice_id: id, amount_cents: 1440, reference: 'pay_1' })
  return { ...stones, known: facts({ invoice: invoice({ id }), payments: [payment()] }) }
}

const BOOKING = {
  verb: 'record-payment',
  key: 'pay_1',
  paymentId: payment().id,
  amount: 1440n,
  currency: 'USD',
  paidAt: NOW,
  completes: true,
} as const

test('a booking that is refused because nothing is due any more brings the invoice as it is now', async () => {
  const { context, known } = recordedUnseen()
  expect(await recordPayment.run(BOOKING, known, context)).toMatchObject({
    kind: 'absent',
    patch: { invoice: { due: 0n, paymentStatus: 'succeeded' } },
  })
})

test('a booking that landed unseen is found by the reference of its payment', async () => {
  const { context, known } = recordedUnseen()
  const lost = intent('record-payment', 'pay_1', { state: 'started', request: { amount: '1440' } })
  expect(await recordPayment.verify(lost, known, context)).toMatchObject({
    kind: 'done',
    result: { via: 'payment', amount: '1440' },
    patch: { invoice: { paymentStatus: 'succeeded' } },
  })
})

/** The same without a licence: a status that was set, with the payment's id beside it. */
function settledUnseen() {
  const stones = createSteppingStones()
  stones.lago.control.setPremium({ premium: false })
  const { lago_id } = stones.lago.control.createInvoice({ fees: [1440] })
  const id = lago_id as LagoInvoiceId
  return { ...stones, id, known: facts({ invoice: invoice({ id }), payments: [payment()] }) }
}

test('a status that landed late is found in the metadata, and its entry is not taken for a refusal', async () => {
  const { context, known } = settledUnseen()
  expect((await recordPayment.run(BOOKING, known, context)).result).toEqual({ via: 'status', amount: '1440' })
  const again = await recordPayment.run(BOOKING, known, context)
  expect(again).toMatchObject({ kind: 'absent', patch: { invoice: { paymentStatus: 'succeeded' } } })
  expect(await findRecord('pay_1', known, context)).toMatchObject({
    kind: 'done',
    result: { via: 'status' },
  })
})

test('an invoice that was voided meanwhile is read again, and not taken for a refusal', async () => {
  const { context, lago, id, known } = settledUnseen()
  lago.control.voidInvoice({ invoice_id: id })
  expect(await recordPayment.run(BOOKING, { ...known }, context)).toMatchObject({
    kind: 'absent',
    patch: { invoice: { status: 'voided' } },
  })
})

test('an amount that a voided invoice does not take is no sign of a missing licence', async () => {
  const { context, lago, id, known } = settledUnseen()
  lago.control.setPremium({ premium: true })
  lago.control.voidInvoice({ invoice_id: id })
  const step = {
    verb: 'record-amount',
    key: 'pay_1',
    paymentId: payment().id,
    amount: 1440n,
    paidAt: NOW,
  } as const
  const noted: string[] = []
  const licence = { missing: () => false, noteMissing: async () => void noted.push('missing') }
  expect(await recordAmount.run(step, known, { ...context, licence })).toMatchObject({
    kind: 'refused',
    result: { message: 'the invoice is voided' },
  })
  expect(noted).toEqual([])
})

test('what was not there while it could still land is not proven, however late the answer comes', async () => {
  const { context, paymentId } = await refunded({})
  const known = facts({ payments: [payment({ id: paymentId })] })
  const asked = intent('refund-payment', paymentId, { ...begun, startedAt: NOW })
  const proven = async (askedMs: number, answeredMs: number) => {
    const times = [askedMs, answeredMs].map(ms => new Date(NOW.getTime() + ms))
    const now = () => times.shift() ?? new Date(NOW.getTime() + answeredMs)
    return (await verifyIntent(asked, known, { ...context, now })).proven
  }
  expect(await proven(14_000, 16_000)).toBe(false)
  expect(await proven(15_001, 16_000)).toBe(true)
})

test('a payment that lands between two looks is found, and not taken for money of another', async () => {
  const { context, lago, known } = dueInvoice()
  const { id } = known.invoice
  const landing =
    <T extends unknown[], R>(look: (...args: T) => Promise<R>) =>
    async (...args: T): Promise<R> => {
      const seen = await look(...args)
      if (lago.state.invoices.get(id)?.payments.length === 0)
        lago.control.recordPaymentByOperator({ invoice_id: id, amount_cents: 1440, reference: 'pay_1' })
      return seen
    }
  const { getInvoice, listPayments } = context.lago
  const looked = { ...context.lago, getInvoice: landing(getInvoice), listPayments: landing(listPayments) }
  expect(await findRecord('pay_1', known, { ...context, lago: looked })).toMatchObject({ kind: 'done' })
})

test('a booking that is not there is given up for lost only once nothing is owed that it could land on', async () => {
  const { context, lago, known } = dueInvoice()
  expect(await findRecord('pay_1', known, context)).toMatchObject({ kind: 'absent', result: {} })
  const invoice_id = known.invoice.id
  lago.control.recordPaymentByOperator({ invoice_id, amount_cents: 1440, reference: 'bank' })
  expect((await findRecord('pay_1', known, context))?.result).toEqual({ sought: 'true' })
})

function dueInvoice() {
  const stones = createSteppingStones()
  const { lago_id } = stones.lago.control.createInvoice({ fees: [1440] })
  const due = invoice({ id: lago_id as LagoInvoiceId })
  return { ...stones, known: { ...facts({ invoice: due, payments: [payment()] }), invoice: due } }
}

test.each([
  ['that is due', false],
  ['that others have paid', true],
])('a failure that may still land on an invoice %s is waited for: it would un-pay it', async (_, paid) => {
  const { lago, context, known } = dueInvoice()
  const { id } = known.invoice
  if (paid) lago.control.recordPaymentByOperator({ invoice_id: id, amount_cents: 1440, reference: 'bank' })
  const told = intent('mark-failed', 'pay_0', { state: 'started', startedAt: NOW })
  const provenAfter = async (ms: number) =>
    (await verifyIntent(told, known, { ...context, now: () => new Date(NOW.getTime() + ms) })).proven
  expect(await provenAfter(14_000)).toBe(false)
  expect(await provenAfter(15_000)).toBe(true)
})

describe('a failure that lands on an invoice which somebody else has recorded a payment for meanwhile', () => {
  /** What is known is from before the bank transfer, and the call is on its way. */
  async function overtaken(how: 'answered' | 'unheard') {
    const { lago, context, known } = dueInvoice()
    const { id } = known.invoice
    lago.control.recordPaymentByOperator({ invoice_id: id, amount_cents: 1440, reference: 'bank' })
    if (how === 'answered') {
      const step = { verb: 'mark-failed', key: 'pay_1', paymentId: payment().id } as const
      await markFailed.run(step, known, context)
    } else {
      await context.lago.setPaymentStatus(id, 'failed', NOW)
      await markFailed.verify(intent('mark-failed', 'pay_1', { state: 'started' }), known, context)
    }
    return lago.state.invoices.get(id)
  }

  test.each(['answered', 'unheard'] as const)('is set right (%s)', async how => {
    expect(await overtaken(how)).toMatchObject({ payment_status: 'succeeded', total_paid_amount_cents: 1440 })
  })

  test('and a failure of one that is still due stays', async () => {
    const { lago, context, known } = dueInvoice()
    await markFailed.run({ verb: 'mark-failed', key: 'pay_1', paymentId: payment().id }, known, context)
    expect(lago.state.invoices.get(known.invoice.id)).toMatchObject({ payment_status: 'failed' })
  })
})
