import { describe, expect, test } from 'bun:test'
import type { Facts } from '../../../src/core/facts.ts'
import type { DodoPaymentId, DodoSessionId } from '../../../src/core/ids.ts'
import { type PayableState, plan } from '../../../src/core/plan/index.ts'
import type { Policy } from '../../../src/core/policy.ts'
import {
  days,
  facts,
  hours,
  intent,
  invoice,
  minutes,
  NOW,
  paidFacts,
  payment,
  policy,
  recorded,
  refund,
  session,
} from './facts.ts'

type Row = {
  promise: string
  facts: Facts
  policy?: Partial<Policy>
  steps: string[]
  state?: PayableState
  attention?: string[]
}

/** `verb` or `verb:key`, as far as the row says. */
const told = (row: Row) => {
  const outcome = plan(row.facts, policy(row.policy), NOW)
  const steps = outcome.steps.map((step, i) =>
    row.steps[i]?.includes('|') ? `${step.verb}|${'amount' in step ? step.amount : ''}` : step.verb,
  )
  return { steps, state: outcome.state, attention: outcome.attention.map(a => a.reason) }
}

function check(rows: Row[]) {
  for (const row of rows)
    test(row.promise, () => {
      const seen = told(row)
      expect(seen.steps).toEqual(row.steps)
      if (row.state) expect(seen.state).toBe(row.state)
      expect(seen.attention).toEqual((row.attention ?? []) as typeof seen.attention)
    })
}

const stale = { readAt: hours(-3) }
const second = (over: Partial<ReturnType<typeof payment>> = {}) =>
  payment({ id: 'pay_2' as DodoPaymentId, sessionId: 'cks_2' as DodoSessionId, createdAt: NOW, ...over })
const secondSession = session({ id: 'cks_2' as DodoSessionId, attempt: 2, createdAt: minutes(-30) })

describe('what is collected', () => {
  check([
    { promise: 'an invoice never read is read', facts: facts({ invoice: null }), steps: ['read-invoice'] },
    {
      promise: 'a due invoice gets a checkout for what is due',
      facts: facts(),
      steps: ['open-checkout|1440'],
    },
    {
      promise: 'what is due, not the total, is asked for',
      facts: facts({ invoice: invoice({ due: 900n }) }),
      steps: ['open-checkout|900'],
    },
    {
      promise: 'an invoice read before this run is read again before money moves',
      facts: facts({ invoice: invoice(stale) }),
      steps: ['read-invoice'],
    },
    {
      promise: 'a draft waits',
      facts: facts({ invoice: invoice({ status: 'draft' }) }),
      steps: [],
      state: 'waiting',
    },
    {
      promise: 'an invoice whose taxes are pending waits',
      facts: facts({ invoice: invoice({ status: 'pending' }) }),
      steps: [],
      state: 'waiting',
    },
    {
      promise: 'a self-billed invoice is left alone',
      facts: facts({ invoice: invoice({ selfBilled: true }) }),
      steps: [],
      state: 'closed',
    },
    {
      promise: 'an invoice that Lago collects by itself is left alone',
      facts: facts({ invoice: invoice({ nativeProvider: 'stripe' }) }),
      steps: [],
      state: 'closed',
    },
    {
      promise: 'advance charges are left alone, though they seem due for a moment',
      facts: facts({ invoice: invoice({ type: 'advance_charges' }) }),
      steps: [],
      state: 'closed',
    },
    {
      promise: 'nothing due is nothing to do',
      facts: facts({ invoice: invoice({ due: 0n }) }),
      steps: [],
      state: 'closed',
    },
    {
      promise: 'a succeeded invoice owes nothing, whatever its due amount says',
      facts: facts({ invoice: invoice({ paymentStatus: 'succeeded' }) }),
      steps: [],
      state: 'closed',
    },
    {
      promise: 'a failed invoice is still collected',
      facts: facts({ invoice: invoice({ paymentStatus: 'failed' }) }),
      steps: ['open-checkout|1440'],
    },
    {
      promise: 'a voided invoice is not collected',
      facts: facts({ invoice: invoice({ status: 'voided', due: 0n }) }),
      steps: [],
      state: 'closed',
    },
    {
      promise: 'an invoice that Lago does not know is parked',
      facts: facts({ invoice: null, missingAt: NOW }),
      steps: [],
      attention: ['invoice_not_found'],
    },
    {
      promise: 'an invoice that appeared after it was missing is collected',
      facts: facts({ missingAt: hours(-1) }),
      steps: ['open-checkout|1440'],
    },
  ])
})

describe('what Dodo cannot charge is parked, with no loop', () => {
  const parked = (
    promise: string,
    over: Parameters<typeof invoice>[0],
    attention: string,
    more: Partial<Policy> = {},
  ) => {
    check([
      {
        promise,
        facts: facts({ invoice: invoice(over) }),
        policy: more,
        steps: [],
        state: 'uncollectable',
        attention: [attention],
      },
    ])
    test(`${promise}: it is not woken again`, () => {
      expect(plan(facts({ invoice: invoice(over) }), policy(more), NOW).wakeAt).toBeNull()
    })
  }
  parked('49 cents', { due: 49n }, 'below_minimum')
  parked('HUF 174', { currency: 'HUF', due: 174n }, 'below_minimum')
  parked('three decimals', { currency: 'KWD', due: 5000n }, 'currency_not_supported')
  parked('a currency without a product', { currency: 'EUR' }, 'no_product_for_currency')
  parked('a product that is not pay-what-you-want', {}, 'product_unfit', {
    unfitProducts: new Map([['pdt_usd', 'fixed price']]),
  })
  parked('one cent over int32', { due: 2_147_483_648n }, 'above_maximum')
  parked('forints over int32 in fillér', { currency: 'HUF', due: 21_474_837n }, 'above_maximum')
  check([
    {
      promise: '50 cents are charged',
      facts: facts({ invoice: invoice({ due: 50n }) }),
      steps: ['open-checkout|50'],
    },
    {
      promise: 'HUF 175 are charged',
      facts: facts({ invoice: invoice({ currency: 'HUF', due: 175n }) }),
      steps: ['open-checkout|175'],
    },
    {
      promise: 'the largest int32 is charged',
      facts: facts({ invoice: invoice({ due: 2_147_483_647n }) }),
      steps: ['open-checkout|2147483647'],
    },
    {
      promise: 'a refused checkout is parked',
      facts: facts({ intents: [intent('open-checkout', '1', { state: 'refused' })] }),
      steps: [],
      state: 'uncollectable',
      attention: ['checkout_refused'],
    },
    {
      promise: 'a checkout that certainly was not opened is opened',
      facts: facts({ intents: [intent('open-checkout', '1', { state: 'absent' })] }),
      steps: ['open-checkout|1440'],
    },
  ])
})

describe('an open checkout', () => {
  const url = 'https://pay.example.test/pay/AAAAAAAAAAAAAAAAAAAAAA'
  check([
    { promise: 'gets its link published', facts: facts({ sessions: [session()] }), steps: ['publish-link'] },
    {
      promise: 'is not published twice',
      facts: facts({
        sessions: [session()],
        invoice: invoice({ metadata: [{ id: 'm', key: 'dodo_payment_url', value: url }] }),
      }),
      steps: [],
      state: 'open',
    },
    {
      promise: 'is left alone once its link was published',
      facts: facts({ sessions: [session()], intents: [intent('publish-link', url)] }),
      steps: [],
      state: 'open',
    },
    {
      promise: 'that lapsed unread is read',
      facts: facts({
        sessions: [session({ createdAt: days(-2), readAt: days(-2) })],
        intents: [intent('publish-link', url)],
      }),
      steps: ['read-session'],
    },
    {
      promise: 'that lapsed and was read gets no successor unasked',
      facts: facts({ sessions: [session({ createdAt: days(-2) })] }),
      steps: [],
      state: 'open',
    },
    {
      promise: 'that lapsed gets a successor when the link is used',
      facts: facts({ sessions: [session({ createdAt: days(-2) })], linkRequestedAt: NOW }),
      steps: ['open-checkout|1440'],
    },
    {
      promise: 'that may still be paid is read before a successor is opened',
      facts: facts({ sessions: [session({ amount: 2000n })], linkRequestedAt: NOW }),
      steps: ['read-session'],
    },
    {
      promise: 'of an older amount gets a successor for the new amount when the link is used',
      facts: facts({ sessions: [session({ amount: 2000n, readAt: NOW })], linkRequestedAt: NOW }),
      steps: ['open-checkout|1440'],
    },
    {
      promise: 'of an older amount is left alone until the link is used',
      facts: facts({ sessions: [session({ amount: 2000n })] }),
      steps: [],
      state: 'open',
    },
    {
      promise: 'is enough for a use of the link',
      facts: facts({ sessions: [session()], linkRequestedAt: NOW, intents: [intent('publish-link', url)] }),
      steps: [],
      state: 'open',
    },
    {
      promise: 'is used again when the payer left in the middle',
      facts: facts({
        sessions: [session()],
        payments: [payment({ status: 'requires_customer_action' })],
        linkRequestedAt: NOW,
        intents: [intent('publish-link', url)],
      }),
      steps: [],
      state: 'open',
    },
    {
      promise: 'a payment under way keeps every other attempt away',
      facts: facts({
        sessions: [session()],
        payments: [payment({ status: 'processing' })],
        linkRequestedAt: NOW,
      }),
      steps: [],
      state: 'processing',
    },
    {
      promise: 'a payment under way that nobody spoke of for an hour is read',
      facts: facts({
        sessions: [session()],
        payments: [payment({ status: 'processing', readAt: hours(-2) })],
      }),
      steps: ['read-payment'],
    },
  ])
})

describe('money that came', () => {
  const open = { sessions: [session()], payments: [payment()] }
  check([
    { promise: 'is recorded', facts: facts(open), steps: ['record-payment|1440'] },
    {
      promise: 'is not recorded on what was read before this run',
      facts: facts({ ...open, invoice: invoice(stale) }),
      steps: ['read-invoice'],
    },
    { promise: 'is recorded once', facts: paidFacts(), steps: [], state: 'paid' },
    {
      promise: 'is not recorded again when its record is still on the way',
      facts: facts({ ...open, intents: [intent('record-payment', 'pay_1', { state: 'started' })] }),
      steps: ['verify'],
    },
    {
      promise: 'is recorded when its record certainly was not made',
      facts: facts({ ...open, intents: [intent('record-payment', 'pay_1', { state: 'absent' })] }),
      steps: ['record-payment|1440'],
    },
    {
      promise: 'that Lago refuses to record is parked',
      facts: facts({ ...open, intents: [intent('record-payment', 'pay_1', { state: 'refused' })] }),
      steps: [],
      attention: ['record_refused'],
    },
    {
      promise: 'is recorded on a failed invoice',
      facts: facts({ ...open, invoice: invoice({ paymentStatus: 'failed' }) }),
      steps: ['record-payment|1440'],
    },
    {
      promise: '10 cents short is parked, never recorded',
      facts: facts({ sessions: [session()], payments: [payment({ amount: 1430n })] }),
      steps: [],
      attention: ['amount_mismatch'],
    },
    {
      promise: 'one cent over is parked',
      facts: facts({ sessions: [session()], payments: [payment({ amount: 1441n })] }),
      steps: [],
      attention: ['amount_mismatch'],
    },
    {
      promise: 'in another currency is parked',
      facts: facts({ sessions: [session()], payments: [payment({ currency: 'EUR' })] }),
      steps: [],
      attention: ['currency_mismatch'],
    },
    {
      promise: 'for another product is parked',
      facts: facts({ sessions: [session()], payments: [payment({ productIds: ['pdt_other'] })] }),
      steps: [],
      attention: ['product_mismatch'],
    },
    {
      promise: 'for a product that Dodo does not name is recorded',
      facts: facts({ sessions: [session()], payments: [payment({ productIds: [] })] }),
      steps: ['record-payment|1440'],
    },
    {
      promise: 'of a stranger that names this invoice is parked',
      facts: facts({ payments: [payment({ sessionId: null })] }),
      steps: [],
      attention: ['session_mismatch'],
    },
    {
      promise: 'of a stranger that was sent back in full is forgotten',
      facts: facts({ payments: [payment({ sessionId: null })], refunds: [refund({ amount: 1440n })] }),
      steps: ['open-checkout|1440'],
    },
    {
      promise: "with Dodo's tax on top is recorded without it",
      facts: facts({ sessions: [session()], payments: [payment({ amount: 1714n, tax: 274n })] }),
      policy: { taxMode: 'exclusive' },
      steps: ['record-payment|1440'],
    },
    {
      promise: 'with a tax that does not leave what was asked is parked',
      facts: facts({ sessions: [session()], payments: [payment({ amount: 1714n, tax: 273n })] }),
      policy: { taxMode: 'exclusive' },
      steps: [],
      attention: ['amount_mismatch'],
    },
    {
      promise: 'of nothing settles nothing',
      facts: facts({ sessions: [session()], payments: [payment({ amount: 0n })] }),
      steps: [],
      state: 'open',
    },
    {
      promise: 'that only changes the card settles nothing',
      facts: facts({ sessions: [session()], payments: [payment({ setup: true })] }),
      steps: [],
      state: 'open',
    },
    {
      promise: 'captured in part waits for a person',
      facts: facts({ sessions: [session()], payments: [payment({ status: 'partially_captured' })] }),
      steps: [],
      attention: ['partially_captured'],
    },
  ])
})

describe('more money than is owed', () => {
  const twice = { sessions: [session(), secondSession], payments: [payment(), second()] }
  const paid = invoice({ paymentStatus: 'succeeded', due: 0n, paid: 1440n })
  const asked = intent('record-payment', 'pay_2', { state: 'absent', result: { sought: 'true' } })
  const wentBack = {
    sessions: [session()],
    payments: [payment()],
    intents: [
      intent('record-payment', 'pay_1', { state: 'absent', result: { sought: 'true' } }),
      intent('refund-payment', 'pay_1', { result: { refund_id: 'ref_1' } }),
    ],
    refunds: [refund({ amount: 1440n })],
  }
  check([
    {
      promise: 'of two payments the older is recorded',
      facts: facts({ ...twice }),
      steps: ['record-payment|1440', 'find-record'],
    },
    {
      promise: 'a second payment is looked for in Lago before it is called one too many',
      facts: facts({ ...twice, invoice: paid, intents: [recorded()] }),
      steps: ['find-record'],
    },
    {
      promise:
        'a payment whose booking came too late is looked for too: its first booking may have landed after all',
      facts: facts({
        sessions: [session()],
        payments: [payment()],
        invoice: paid,
        intents: [intent('record-payment', 'pay_1', { state: 'absent' })],
      }),
      steps: ['find-record'],
    },
    {
      promise: 'a second payment goes back',
      facts: facts({ ...twice, invoice: paid, intents: [recorded(), asked] }),
      steps: ['refund-payment|1440'],
      state: 'processing',
    },
    {
      promise: 'a second payment is shown, if so configured',
      facts: facts({ ...twice, invoice: paid, intents: [recorded(), asked] }),
      policy: { duplicatePayments: 'review' },
      steps: [],
      state: 'paid',
      attention: ['duplicate_payment'],
    },
    {
      promise: 'a second payment that went back is done with',
      facts: facts({
        ...twice,
        invoice: paid,
        intents: [recorded(), asked, intent('refund-payment', 'pay_2')],
        refunds: [refund({ paymentId: 'pay_2' as DodoPaymentId, amount: 1440n })],
      }),
      steps: [],
      state: 'paid',
    },
    {
      promise: 'a refund of a second payment that failed is shown',
      facts: facts({
        ...twice,
        invoice: paid,
        intents: [recorded(), asked, intent('refund-payment', 'pay_2', { result: { refund_id: 'ref_1' } })],
        refunds: [refund({ paymentId: 'pay_2' as DodoPaymentId, amount: 1440n, status: 'failed' })],
      }),
      steps: [],
      state: 'paid',
      attention: ['refund_failed'],
    },
    {
      promise: 'money for a voided invoice is shown',
      facts: facts({
        sessions: [session()],
        payments: [payment()],
        invoice: invoice({ status: 'voided', due: 0n }),
        intents: [intent('record-payment', 'pay_1', { state: 'absent', result: { sought: 'true' } })],
      }),
      steps: [],
      state: 'closed',
      attention: ['late_payment'],
    },
    {
      promise: 'money for a voided invoice goes back, if so configured',
      facts: facts({
        sessions: [session()],
        payments: [payment()],
        invoice: invoice({ status: 'voided', due: 0n }),
        intents: [intent('record-payment', 'pay_1', { state: 'absent', result: { sought: 'true' } })],
      }),
      policy: { latePayments: 'refund' },
      steps: ['refund-payment|1440'],
    },
    {
      promise:
        'money that went back is not booked when the invoice is opened again: another payment has to come',
      facts: facts({ ...wentBack, linkRequestedAt: NOW }),
      steps: ['open-checkout|1440'],
    },
    {
      promise:
        'an invoice that was voided after it was paid is shown, whatever of a second payment went back',
      facts: facts({
        ...{ ...twice, invoice: invoice({ status: 'voided', due: 0n, paid: 1440n }) },
        intents: [recorded(), asked, intent('refund-payment', 'pay_2', { result: { refund_id: 'ref_1' } })],
        refunds: [refund({ paymentId: 'pay_2' as DodoPaymentId, amount: 1440n })],
      }),
      steps: [],
      state: 'paid',
      attention: ['voided_after_payment'],
    },
    {
      promise:
        'an invoice that was voided after it was paid is shown, whatever went back that was paid beyond it',
      facts: paidFacts({
        invoice: invoice({ status: 'voided', due: 0n, paid: 1000n }),
        intents: [
          recorded('pay_1', 1000n),
          intent('refund-payment', 'pay_1', { result: { refund_id: 'ref_1' } }),
        ],
        refunds: [refund({ amount: 440n })],
      }),
      policy: { latePayments: 'refund' },
      steps: [],
      state: 'paid',
      attention: ['voided_after_payment'],
    },
    {
      promise: 'money whose refund failed is booked when the invoice is opened again',
      facts: facts({ ...wentBack, refunds: [refund({ amount: 1440n, status: 'failed' })] }),
      steps: ['record-payment|1440'],
    },
    {
      promise: 'a payment of an older, larger amount is recorded up to what is due',
      facts: facts({ sessions: [session()], payments: [payment()], invoice: invoice({ due: 1000n }) }),
      steps: ['record-payment|1000'],
    },
    {
      promise: 'what was paid beyond what was due is shown',
      facts: paidFacts({ intents: [recorded('pay_1', 1000n)] }),
      steps: [],
      state: 'paid',
      attention: ['late_payment'],
    },
    {
      promise: 'what was paid beyond what was due goes back, if so configured',
      facts: paidFacts({ intents: [recorded('pay_1', 1000n)] }),
      policy: { latePayments: 'refund' },
      steps: ['refund-payment|440'],
    },
    {
      promise: 'a payment of a smaller, older amount is recorded, and the rest stays due',
      facts: facts({ sessions: [session({ amount: 1000n })], payments: [payment({ amount: 1000n })] }),
      steps: ['record-payment|1000'],
    },
    {
      promise: 'a part kept here for want of a licence lessens what is asked for',
      facts: facts({
        sessions: [session({ amount: 1000n })],
        payments: [payment({ amount: 1000n })],
        intents: [recorded('pay_1', 1000n, 'ledger')],
        linkRequestedAt: NOW,
      }),
      steps: ['open-checkout|440'],
    },
  ])
})

describe('a payment that failed', () => {
  const failed = (over: Partial<ReturnType<typeof payment>> = {}) =>
    payment({ status: 'failed', errorCode: 'INSUFFICIENT_FUNDS', ...over })
  const toldLago = intent('mark-failed', 'pay_1')
  const lagoFailed = invoice({ paymentStatus: 'failed' })
  check([
    {
      promise: 'is told to Lago',
      facts: facts({ sessions: [session()], payments: [failed()] }),
      steps: ['mark-failed'],
    },
    {
      promise: 'counts the same when the customer cancelled',
      facts: facts({ sessions: [session()], payments: [failed({ status: 'cancelled' })] }),
      steps: ['mark-failed'],
    },
    {
      promise: 'is told once',
      facts: facts({ sessions: [session()], payments: [failed()], intents: [toldLago] }),
      steps: [],
      state: 'open',
    },
    {
      promise: 'is not told about an invoice that is failed already',
      facts: facts({ sessions: [session()], payments: [failed()], invoice: lagoFailed }),
      steps: [],
      state: 'open',
    },
    {
      promise: 'never un-pays an invoice',
      facts: facts({
        sessions: [session()],
        payments: [failed()],
        invoice: invoice({ paymentStatus: 'succeeded' }),
      }),
      steps: [],
      state: 'closed',
    },
    {
      promise: 'is not told while another payment is under way',
      facts: facts({
        sessions: [session(), secondSession],
        payments: [failed(), second({ status: 'processing' })],
      }),
      steps: [],
      state: 'processing',
    },
    {
      promise: 'is nothing beside one that succeeded',
      facts: facts({ sessions: [session(), secondSession], payments: [failed(), second()] }),
      steps: ['record-payment|1440'],
    },
    {
      promise: 'is tried again when its time has come',
      facts: facts({
        sessions: [session({ createdAt: days(-4) })],
        payments: [failed({ readAt: days(-3.5) })],
        invoice: lagoFailed,
      }),
      steps: ['open-checkout|1440'],
    },
    {
      promise: 'is not tried again before',
      facts: facts({
        sessions: [session({ createdAt: days(-4) })],
        payments: [failed({ readAt: days(-2.9) })],
        invoice: lagoFailed,
      }),
      steps: [],
      state: 'open',
    },
    {
      promise: 'that only the customer can mend goes back to the customer at once',
      facts: facts({
        sessions: [session()],
        payments: [failed({ errorCode: 'EXPIRED_CARD' })],
        invoice: lagoFailed,
      }),
      steps: ['open-checkout|1440'],
    },
    {
      promise: 'gets a new checkout at once when the link is used',
      facts: facts({
        sessions: [session()],
        payments: [failed()],
        invoice: lagoFailed,
        linkRequestedAt: NOW,
      }),
      steps: ['open-checkout|1440'],
    },
    {
      promise: 'is tried at once when "retry payment" is pressed in Lago',
      facts: facts({
        sessions: [session()],
        payments: [failed()],
        invoice: lagoFailed,
        retryRequestedAt: NOW,
      }),
      steps: ['open-checkout|1440'],
    },
    {
      promise: 'is given up after the last attempt',
      facts: facts({
        sessions: [session()],
        payments: ['a', 'b', 'c', 'd'].map((n, i) =>
          failed({ id: `pay_${n}` as DodoPaymentId, createdAt: minutes(i - 10) }),
        ),
        invoice: lagoFailed,
        intents: [intent('mark-failed', 'pay_d')],
      }),
      steps: [],
      state: 'given_up',
    },
    {
      promise: 'with no schedule is given up at once',
      facts: facts({ sessions: [session()], payments: [failed()], invoice: lagoFailed }),
      policy: { retrySchedule: [] },
      steps: [],
      state: 'given_up',
    },
    {
      promise: 'and given up can still be paid by the link',
      facts: facts({
        sessions: [session()],
        payments: [failed()],
        invoice: lagoFailed,
        linkRequestedAt: NOW,
      }),
      policy: { retrySchedule: [] },
      steps: ['open-checkout|1440'],
    },
  ])

  test('wakes the plan when the next attempt is due', () => {
    const { wakeAt } = plan(
      facts({
        sessions: [session({ createdAt: days(-4) })],
        payments: [failed({ readAt: days(-2.99) })],
        invoice: lagoFailed,
      }),
      policy(),
      NOW,
    )
    expect(wakeAt).toEqual(new Date(days(-2.99).getTime() + 3 * 86_400_000))
  })
})

describe('what a person decided', () => {
  const short = { sessions: [session({ readAt: NOW })], payments: [payment({ amount: 1430n })] }
  const resolution = {
    reason: 'amount_mismatch' as const,
    about: 'pay_1',
    action: 'resolve',
    by: 'ada',
    at: NOW,
  }
  check([
    {
      promise: 'ends the parking',
      facts: facts({ ...short, resolutions: [resolution], linkRequestedAt: NOW }),
      steps: ['open-checkout|1440'],
    },
    {
      promise: 'about another payment ends nothing',
      facts: facts({ ...short, resolutions: [{ ...resolution, about: 'pay_9' }] }),
      steps: [],
      attention: ['amount_mismatch'],
    },
    {
      promise: 'for another reason ends nothing',
      facts: facts({ ...short, resolutions: [{ ...resolution, reason: 'late_payment' as const }] }),
      steps: [],
      attention: ['amount_mismatch'],
    },
  ])
})
