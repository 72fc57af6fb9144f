import { describe, expect, test } from 'bun:test'
import type { Facts } from '../../../src/core/facts.ts'
import type { DodoPaymentId, DodoRefundId } from '../../../src/core/ids.ts'
import { plan } from '../../../src/core/plan/index.ts'
import type { Policy } from '../../../src/core/policy.ts'
import {
  days,
  dispute,
  facts,
  intent,
  invoice,
  minutes,
  NOW,
  note,
  paidFacts,
  payment,
  policy,
  recorded,
  refund,
  session,
} from './facts.ts'

type Row = { promise: string; facts: Facts; policy?: Partial<Policy>; steps: string[]; attention?: string[] }

const check = (rows: Row[]) => {
  for (const row of rows)
    test(row.promise, () => {
      const seen = plan(row.facts, policy(row.policy), NOW)
      expect(
        seen.steps.map(s =>
          'amount' in s ? `${s.verb}|${s.amount}` : 'status' in s ? `${s.verb}|${s.status}` : s.verb,
        ),
      ).toEqual(row.steps)
      expect(seen.attention.map(a => a.reason)).toEqual((row.attention ?? []) as never)
    })
}

/** Credit notes were read in this run. */
const read = { creditNotesReadAt: NOW }
const issued = (over: Parameters<typeof intent>[2] = {}) =>
  intent('issue-credit-note', 'ref_1', { result: { credit_note_id: 'cn_1', amount: '500' }, ...over })
const asked = intent('refund-credit-note', 'cn_1:pay_1', {
  request: { net: '500' },
  result: { refund_id: 'ref_1' },
})

describe('a refund in Dodo', () => {
  check([
    {
      promise: 'gets its credit note, once the credit notes were read',
      facts: paidFacts({ refunds: [refund()] }),
      steps: ['read-credit-notes'],
    },
    {
      promise: 'gets one credit note over its amount',
      facts: paidFacts({ refunds: [refund()], ...read }),
      steps: ['issue-credit-note|500'],
    },
    {
      promise: 'that is pending gets none yet',
      facts: paidFacts({ refunds: [refund({ status: 'pending' })], ...read }),
      steps: [],
    },
    {
      promise: 'in review gets none yet',
      facts: paidFacts({ refunds: [refund({ status: 'review' })], ...read }),
      steps: [],
    },
    {
      promise: 'that failed gets none',
      facts: paidFacts({ refunds: [refund({ status: 'failed' })], ...read }),
      steps: [],
    },
    {
      promise: 'with a note of ours gets its status',
      facts: paidFacts({
        refunds: [refund()],
        creditNotes: [note({ dodoRefundId: 'ref_1' })],
        intents: [recorded(), issued()],
        ...read,
      }),
      steps: ['set-refund-status|succeeded'],
    },
    {
      promise: 'with a note and a status is done',
      facts: paidFacts({
        refunds: [refund()],
        creditNotes: [note({ dodoRefundId: 'ref_1', refundStatus: 'succeeded' })],
        intents: [recorded(), issued()],
        ...read,
      }),
      steps: [],
    },
    {
      promise: 'whose note is found by its mark needs no second one',
      facts: paidFacts({
        refunds: [refund()],
        creditNotes: [note({ dodoRefundId: 'ref_1', refundStatus: 'succeeded' })],
        ...read,
      }),
      steps: [],
    },
    {
      promise: 'of a duplicate payment is nothing to Lago',
      facts: paidFacts({
        payments: [
          payment(),
          payment({ id: 'pay_2' as DodoPaymentId, sessionId: session().id, createdAt: minutes(0) }),
        ],
        refunds: [refund({ paymentId: 'pay_2' as DodoPaymentId, amount: 1440n })],
        intents: [
          recorded(),
          intent('record-payment', 'pay_2', { state: 'absent', result: { sought: 'true' } }),
        ],
        ...read,
      }),
      steps: [],
    },
    {
      promise: 'takes what was paid too much first, and only then from the invoice',
      facts: paidFacts({ intents: [recorded('pay_1', 1000n)], refunds: [refund({ amount: 640n })], ...read }),
      steps: ['issue-credit-note|200'],
    },
    {
      promise: 'that a credit note asked for takes from the invoice: what was paid too much still goes back',
      facts: paidFacts({
        intents: [recorded('pay_1', 1000n), asked],
        refunds: [refund({ creditNoteId: note().id })],
        creditNotes: [note({ refundStatus: 'succeeded', dodoRefundId: 'ref_1' })],
        ...read,
      }),
      policy: { latePayments: 'refund' },
      steps: ['refund-payment|440'],
    },
    {
      promise: 'that has its credit note keeps its place beside one of what was paid too much',
      facts: paidFacts({
        intents: [recorded('pay_1', 1000n), issued({ request: { amount: '500' } })],
        refunds: [refund({ id: 'ref_0' as DodoRefundId, amount: 440n, createdAt: minutes(-3) }), refund()],
        creditNotes: [note({ dodoRefundId: 'ref_1' })],
        ...read,
      }),
      steps: ['set-refund-status|succeeded'],
    },
    {
      promise: 'that a credit note asked for leaves what was paid too much to the one that follows it',
      facts: paidFacts({
        intents: [recorded('pay_1', 1000n), asked],
        refunds: [refund(), refund({ id: 'ref_2' as DodoRefundId, amount: 440n, createdAt: minutes(-1) })],
        creditNotes: [note({ refundStatus: 'succeeded' })],
        ...read,
      }),
      steps: [],
    },
    {
      promise: 'of no more than was paid too much is nothing to Lago',
      facts: paidFacts({ intents: [recorded('pay_1', 1000n)], refunds: [refund({ amount: 440n })], ...read }),
      steps: [],
    },
    {
      promise: 'in tax-exclusive mode leaves Dodo its tax',
      facts: paidFacts({
        payments: [payment({ amount: 1714n, tax: 274n })],
        refunds: [refund({ amount: 857n })],
        ...read,
      }),
      policy: { taxMode: 'exclusive' },
      steps: ['issue-credit-note|720'],
    },
    {
      promise: 'of an invoice that was only marked paid has its amount recorded first',
      facts: paidFacts({ intents: [recorded('pay_1', 1440n, 'status')], refunds: [refund()], ...read }),
      steps: ['record-amount|1440'],
    },
    {
      promise: 'whose amount is recorded gets its note',
      facts: paidFacts({
        intents: [recorded('pay_1', 1440n, 'status'), intent('record-amount', 'pay_1')],
        refunds: [refund()],
        ...read,
      }),
      steps: ['issue-credit-note|500'],
    },
    {
      promise: 'without a licence is written beside the invoice and parked',
      facts: paidFacts({
        refunds: [refund()],
        intents: [recorded(), issued({ state: 'absent', result: { unlicensed: 'true' } })],
        ...read,
      }),
      steps: ['note-refund'],
      attention: ['credit_note_needs_licence'],
    },
    {
      promise: 'without a licence is not tried again the same day',
      facts: paidFacts({
        refunds: [refund()],
        intents: [
          recorded(),
          issued({ state: 'absent', result: { unlicensed: 'true' } }),
          intent('note-refund', 'ref_1'),
        ],
        ...read,
      }),
      steps: [],
      attention: ['credit_note_needs_licence'],
    },
    {
      promise: 'without a licence is tried again a day later',
      facts: paidFacts({
        refunds: [refund()],
        intents: [
          recorded(),
          issued({ state: 'absent', result: { unlicensed: 'true' }, startedAt: days(-1) }),
        ],
        ...read,
      }),
      steps: ['issue-credit-note|500'],
    },
    {
      promise: 'whose note Lago refuses is parked',
      facts: paidFacts({ refunds: [refund()], intents: [recorded(), issued({ state: 'refused' })], ...read }),
      steps: [],
      attention: ['credit_note_refused'],
    },
    {
      promise: 'whose note Lago rounded is shown',
      facts: paidFacts({
        refunds: [refund()],
        intents: [recorded(), issued({ result: { credit_note_id: 'cn_1', amount: '501' } })],
        ...read,
      }),
      steps: [],
      attention: ['credit_note_differs'],
    },
    {
      promise: 'of spent credits shows the shortfall',
      facts: paidFacts({
        refunds: [refund()],
        intents: [
          recorded(),
          issued({ result: { credit_note_id: 'cn_1', amount: '300', shortfall: '200' } }),
        ],
        ...read,
      }),
      steps: [],
      attention: ['wallet_shortfall'],
    },
  ])
})

describe('a credit note in Lago that asks for a refund', () => {
  check([
    {
      promise: 'is refunded',
      facts: paidFacts({ creditNotes: [note()], ...read }),
      steps: ['refund-credit-note|500'],
    },
    {
      promise: 'is not refunded on an old reading',
      facts: paidFacts({ creditNotes: [note()] }),
      steps: ['read-credit-notes'],
    },
    {
      promise: 'for credit only is left alone',
      facts: paidFacts({ creditNotes: [note({ refundAmount: 0n, refundStatus: null })], ...read }),
      steps: [],
    },
    {
      promise: 'that was refunded already is left alone',
      facts: paidFacts({ creditNotes: [note({ refundStatus: 'succeeded' })], ...read }),
      steps: [],
    },
    {
      promise: 'of ours is never answered with a refund',
      facts: paidFacts({ creditNotes: [note()], intents: [recorded(), issued()], ...read }),
      steps: [],
    },
    {
      promise: 'that bears our mark is never answered with a refund',
      facts: paidFacts({ creditNotes: [note({ dodoRefundId: 'ref_9' })], ...read }),
      steps: [],
    },
    {
      promise: 'waits for its refund',
      facts: paidFacts({
        creditNotes: [note()],
        intents: [recorded(), asked],
        refunds: [refund({ status: 'pending' })],
        ...read,
      }),
      steps: [],
    },
    {
      promise: 'hears that its refund succeeded',
      facts: paidFacts({ creditNotes: [note()], intents: [recorded(), asked], refunds: [refund()], ...read }),
      steps: ['set-refund-status|succeeded'],
    },
    {
      promise: 'hears that its refund failed, and so does a person',
      facts: paidFacts({
        creditNotes: [note()],
        intents: [recorded(), asked],
        refunds: [refund({ status: 'failed' })],
        ...read,
      }),
      steps: ['set-refund-status|failed'],
      attention: ['refund_refused'],
    },
    {
      promise: 'that Dodo refuses ends failed',
      facts: paidFacts({
        creditNotes: [note()],
        intents: [recorded(), { ...asked, state: 'refused', result: { message: 'REFUND_WINDOW_EXPIRED' } }],
        ...read,
      }),
      steps: ['set-refund-status|failed'],
      attention: ['refund_refused'],
    },
    {
      promise: 'stays with a person after Lago has heard',
      facts: paidFacts({
        creditNotes: [note({ refundStatus: 'failed' })],
        intents: [
          recorded(),
          { ...asked, state: 'refused', result: {} },
          intent('set-refund-status', 'cn_1:failed'),
        ],
        ...read,
      }),
      steps: [],
      attention: ['refund_refused'],
    },
    {
      promise: 'over the whole payment is refunded whole',
      facts: paidFacts({ creditNotes: [note({ refundAmount: 1440n })], ...read }),
      steps: ['refund-credit-note|1440'],
    },
    {
      promise: 'for more than is left ends failed',
      facts: paidFacts({ creditNotes: [note({ refundAmount: 1441n })], ...read }),
      steps: ['set-refund-status|failed'],
      attention: ['refund_exceeds_paid'],
    },
    {
      promise: 'waits for another refund of the payment',
      facts: paidFacts({
        creditNotes: [note()],
        refunds: [refund({ id: 'ref_7' as DodoRefundId, status: 'pending', amount: 100n })],
        ...read,
      }),
      steps: [],
    },
    {
      promise: 'waits while the payment is in dispute',
      facts: paidFacts({ creditNotes: [note()], disputes: [dispute()], ...read }),
      steps: [],
      attention: ['refund_in_dispute', 'dispute_open'],
    },
    {
      promise: 'goes on when the dispute is won',
      facts: paidFacts({ creditNotes: [note()], disputes: [dispute({ status: 'dispute_won' })], ...read }),
      steps: ['refund-credit-note|500'],
    },
    {
      promise: 'and a refund of the same amount from the dashboard are one',
      facts: paidFacts({ creditNotes: [note()], refunds: [refund()], ...read }),
      steps: ['set-refund-status|succeeded'],
    },
    {
      promise: 'and a refund of another amount are two',
      facts: paidFacts({ creditNotes: [note()], refunds: [refund({ amount: 400n })], ...read }),
      steps: ['issue-credit-note|400', 'refund-credit-note|500'],
    },
    {
      promise: "in tax-exclusive mode gives Dodo's tax back in proportion",
      facts: paidFacts({
        payments: [payment({ amount: 1714n, tax: 274n })],
        creditNotes: [note({ refundAmount: 720n })],
        ...read,
      }),
      policy: { taxMode: 'exclusive' },
      steps: ['refund-credit-note|857'],
    },
    {
      promise: 'on an invoice that was paid elsewhere is not ours',
      facts: facts({ invoice: invoice({ paymentStatus: 'succeeded' }), creditNotes: [note()], ...read }),
      steps: [],
    },
  ])
})

describe('a dispute', () => {
  check([
    {
      promise: 'that is open is shown',
      facts: paidFacts({ disputes: [dispute()] }),
      steps: [],
      attention: ['dispute_open'],
    },
    {
      promise: 'that was lost is told to Lago',
      facts: paidFacts({ disputes: [dispute({ status: 'dispute_lost' })] }),
      steps: ['lose-dispute'],
    },
    {
      promise: 'that was accepted is told to Lago',
      facts: paidFacts({ disputes: [dispute({ status: 'dispute_accepted' })] }),
      steps: ['lose-dispute'],
    },
    {
      promise: 'that was lost is told once',
      facts: paidFacts({
        disputes: [dispute({ status: 'dispute_lost' })],
        intents: [recorded(), intent('lose-dispute', 'dp_1')],
      }),
      steps: [],
    },
    {
      promise: 'that Lago knows to be lost is not told again',
      facts: paidFacts({
        invoice: invoice({ paymentStatus: 'succeeded', due: 0n, disputeLost: true }),
        disputes: [dispute({ status: 'dispute_lost' })],
      }),
      steps: [],
    },
    {
      promise: 'that was won changes nothing',
      facts: paidFacts({ disputes: [dispute({ status: 'dispute_won' })] }),
      steps: [],
    },
    {
      promise: 'that was cancelled changes nothing',
      facts: paidFacts({ disputes: [dispute({ status: 'dispute_cancelled' })] }),
      steps: [],
    },
    {
      promise: 'of a payment that was never recorded is nothing to Lago',
      facts: facts({
        payments: [payment({ sessionId: null })],
        disputes: [dispute({ status: 'dispute_lost' })],
      }),
      steps: [],
      attention: ['session_mismatch'],
    },
  ])
})

test('an open dispute says until when it can be answered', () => {
  const { attention } = plan(paidFacts({ disputes: [dispute({ createdAt: NOW })] }), policy(), NOW)
  expect(attention[0]?.detail).toContain('stage dispute, answer by 2026-08-11')
})
