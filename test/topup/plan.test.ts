import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Facts, PaymentFact, RefundFact, TopupFact } from '../../src/core/facts.ts'
import type { PayableKey, TopupId } from '../../src/core/ids.ts'
import type { IntentFact } from '../../src/core/intent.ts'
import { plan } from '../../src/core/plan/index.ts'
import type { Step } from '../../src/core/steps.ts'
import { recordOfTopup } from '../../src/core/topup-record.ts'
import {
  dispute,
  facts,
  hours,
  intent,
  minutes,
  NOW,
  payment,
  policy,
  refund,
  session,
} from '../core/plan/facts.ts'

const CREDITS = 50_000_000n

const topup = (over: Partial<TopupFact> = {}): TopupFact => ({
  id: 'topup_1' as TopupId,
  userId: 'user_1',
  credits: CREDITS,
  amount: 5000n,
  currency: 'USD',
  status: 'pending',
  note: '',
  creditedFor: null,
  readAt: NOW,
  ...over,
})

const topupFacts = (over: Partial<Facts> = {}): Facts =>
  facts({
    kind: 'topup',
    key: 'topup:topup_1' as PayableKey,
    invoice: null,
    topup: topup(),
    checkout: { paymentId: 'pay_ours', provider: 'dodo', resultBase: 'https://shop.test' },
    ...over,
  })

const open = session({ amount: 5000n, cause: 'link' })
const paid = (over: Partial<PaymentFact> = {}) => payment({ amount: 5000n, claim: 'pay_ours', ...over })
const credited = (id = 'pay_1') => intent('credit-balance', id, { result: { amount: '5000' } })
const after = topup({ status: 'paid', creditedFor: 'pay_1' })

const stepsOf = (known: Facts, over = {}) => plan(known, policy(over), NOW).steps
const verbs = (known: Facts, over = {}) => stepsOf(known, over).map(step => step.verb)

describe('a top-up', () => {
  test('that was never read is read first', () => {
    expect(verbs(topupFacts({ topup: null }))).toEqual(['read-topup'])
  })

  test('is read again before money moves, and before nothing else', () => {
    const known = topupFacts({ topup: topup({ readAt: hours(-5) }), sessions: [open] })
    expect(verbs(known)).toEqual([])
    expect(verbs({ ...known, payments: [paid()] })).toEqual(['read-topup'])
  })

  test('that was being credited when it was read is read again: nobody may tell of the end', () => {
    const done = { intents: [credited()], sessions: [open], payments: [paid()] }
    const busy = topup({ status: 'processing', creditedFor: 'pay_1', readAt: minutes(-1) })
    expect(verbs(topupFacts({ topup: busy, ...done }))).toEqual(['read-topup'])
  })

  test('opens a checkout when its buyer asks, and only then', () => {
    expect(verbs(topupFacts())).toEqual([])
    const asked = topupFacts({ linkRequestedAt: minutes(-1) })
    expect(stepsOf(asked)).toMatchObject([{ verb: 'open-checkout', amount: 5000n, key: '1', cause: 'link' }])
  })

  test('opens one checkout for one time of asking, whatever became of it', () => {
    const asked = topupFacts({ linkRequestedAt: minutes(-2) })
    const tried = (state: IntentFact['state']) => ({
      ...asked,
      intents: [intent('open-checkout', '1', { state })],
    })
    expect(verbs(tried('absent'))).toEqual([])
    expect(verbs(tried('refused'))).toEqual([])
    expect(verbs(tried('started'))).toEqual(['verify'])
    const again = { ...tried('refused'), linkRequestedAt: NOW }
    expect(stepsOf(again)).toMatchObject([{ verb: 'open-checkout', key: '2' }])
  })

  test('opens no second checkout beside a live one or a payment under way', () => {
    const asked = { linkRequestedAt: NOW, sessions: [open] }
    expect(verbs(topupFacts(asked))).toEqual([])
    expect(verbs(topupFacts({ ...asked, payments: [paid({ status: 'processing' })] }))).toEqual([])
  })

  test('is credited for a payment of its whole price, and that once', () => {
    const known = topupFacts({ sessions: [open], payments: [paid()] })
    expect(stepsOf(known)).toEqual([
      { verb: 'credit-balance', key: 'pay_1', paymentId: 'pay_1', amount: 5000n },
    ] as unknown as Step[])
    expect(verbs({ ...known, topup: after, intents: [credited()] })).toEqual([])
  })

  test('whose price has gone up since the checkout is not credited for the old price', () => {
    const known = topupFacts({ topup: topup({ amount: 6000n }), sessions: [open], payments: [paid()] })
    expect(plan(known, policy(), NOW)).toMatchObject({
      steps: [],
      attention: [{ reason: 'amount_mismatch' }],
    })
  })

  test('that is being credited for one payment is credited for no other', () => {
    const busy = topup({ status: 'processing', creditedFor: 'pay_2' })
    const both = [paid({ createdAt: minutes(-9) }), paid({ id: 'pay_2' as PaymentFact['id'] })]
    expect(stepsOf(topupFacts({ topup: busy, sessions: [open], payments: both }))).toMatchObject([
      { key: 'pay_2' },
    ])
    const operator = topup({ status: 'processing', creditedFor: 'operator' })
    const byHand = topupFacts({ topup: operator, sessions: [open], payments: both })
    expect(stepsOf(byHand)).toMatchObject([{ verb: 'credit-balance', key: 'operator' }])
  })

  test('that an operator began to credit is brought to its end, or shown if it is refused', () => {
    const byHand = topupFacts({ topup: topup({ status: 'processing', creditedFor: 'operator:1' }) })
    expect(stepsOf(byHand)).toEqual([
      { verb: 'credit-balance', key: 'operator:1', paymentId: 'operator:1' as never, amount: 5000n },
    ])
    const refused = intent('credit-balance', 'operator:1', { state: 'refused', result: { message: 'no' } })
    expect(plan({ ...byHand, intents: [refused] }, policy(), NOW)).toMatchObject({
      steps: [],
      attention: [{ reason: 'credit_refused', about: 'operator:1', detail: 'no' }],
    })
  })

  test('that was credited by a run which had lost its lease is not taken for paid twice', () => {
    const given = topup({ status: 'paid', creditedFor: 'pay_1' })
    const lost = intent('credit-balance', 'pay_1', { state: 'absent' })
    const known = topupFacts({ topup: given, sessions: [open], payments: [paid()], intents: [lost] })
    expect(plan(known, policy(), NOW)).toMatchObject({
      steps: [{ verb: 'verify', intent: { verb: 'credit-balance', key: 'pay_1' } }],
      attention: [],
    })
  })

  test('counts tax that Dodo put on top, in either mode, and no other surplus', () => {
    const with_ = (amount: bigint, tax: bigint) =>
      topupFacts({ sessions: [open], payments: [paid({ amount, tax })] })
    expect(verbs(with_(5900n, 900n))).toEqual(['credit-balance'])
    expect(verbs(with_(5900n, 900n), { taxMode: 'exclusive' })).toEqual(['credit-balance'])
    expect(verbs(with_(5000n, 900n))).toEqual(['credit-balance'])
    expect(verbs(with_(5000n, 900n), { taxMode: 'exclusive' })).toEqual([])
    expect(verbs(with_(5900n, 0n))).toEqual([])
  })

  test('that nobody knows is asked for again, ever less often, and shown when money waits for it', () => {
    const missing = topupFacts({ topup: null, missingAt: NOW, payments: [paid()] })
    const soon = plan(missing, policy(), NOW)
    expect(soon).toMatchObject({ steps: [], attention: [] })
    const old = plan({ ...missing, payments: [paid({ createdAt: hours(-2) })] }, policy(), NOW)
    expect(old.attention).toMatchObject([{ reason: 'topup_not_found' }])
    expect(old.wakeAt?.getTime()).toBeGreaterThan(soon.wakeAt?.getTime() ?? 0)
    expect(plan(topupFacts({ topup: null, missingAt: NOW }), policy(), NOW).wakeAt).toBeNull()
  })

  test('whose open dispute is shown still rests', () => {
    const known = topupFacts({ topup: after, sessions: [open], payments: [paid()], intents: [credited()] })
    expect(plan({ ...known, disputes: [dispute()] }, policy(), NOW)).toMatchObject({
      steps: [],
      state: 'paid',
      attention: [{ reason: 'dispute_open' }],
    })
  })
})

describe('credits go back with the money', () => {
  /** Takes back one loss after the other, as runs do, and returns what each took. */
  function takenBack(refunds: RefundFact[], amount = 5000n, lost = false): bigint[] {
    const intents = [credited()]
    const taken: bigint[] = []
    for (let run = 0; run < refunds.length + 2; run++) {
      const known = topupFacts({
        topup: after,
        sessions: [open],
        payments: [paid({ amount, tax: amount - 5000n })],
        refunds,
        intents,
        disputes: lost ? [dispute({ status: 'dispute_lost', amount })] : [],
      })
      const [step] = stepsOf(known)
      if (step?.verb !== 'debit-balance') break
      taken.push(step.credits)
      const request = { payment_id: step.paymentId, amount: step.amount.toString() }
      intents.push(intent('debit-balance', step.key, { request, result: { shortfall: '0' } }))
    }
    return taken
  }
  const part = (n: number, amount: bigint) => refund({ id: `ref_${n}` as RefundFact['id'], amount })
  const total = (taken: bigint[]) => taken.reduce((a, b) => a + b, 0n)

  test('in any number of parts that add up to the payment, they add up to the credits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 8 }),
        fc.constantFrom(5000n, 5900n, 6050n),
        (cuts, amount) => {
          const parts = cuts.map(cut => BigInt(cut))
          const rest = amount - total(parts)
          const refunds = [...parts, rest].map((each, n) => part(n, each))
          expect(total(takenBack(refunds, amount))).toBe(CREDITS)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('each part takes whole cents, so that a wallet in cents can follow', () => {
    for (const credits of takenBack([part(1, 1n), part(2, 333n), part(3, 1666n)], 5900n))
      expect(credits % 10_000n).toBe(0n)
  })

  test('a refund and a lost dispute of the same money take it once', () => {
    expect(total(takenBack([part(1, 5000n)], 5000n, true))).toBe(CREDITS)
    expect(total(takenBack([part(1, 2000n)], 5000n, true))).toBe(CREDITS)
  })

  test('what has begun to be taken for a refund is taken for nothing that is heard of since, however old', () => {
    const request = { payment_id: 'pay_1', amount: '5000' }
    const known = topupFacts({
      ...{ topup: after, sessions: [open], payments: [paid()], refunds: [part(1, 5000n)] },
      disputes: [dispute({ status: 'dispute_lost', amount: 5000n, createdAt: hours(-90) })],
    })
    const begun = intent('debit-balance', 'ref_1', { state: 'absent', request })
    expect(stepsOf({ ...known, intents: [credited(), begun] })).toMatchObject([
      { verb: 'debit-balance', key: 'ref_1', credits: CREDITS },
    ])
    const done = { ...begun, state: 'done' as const, result: { shortfall: '0' } }
    expect(verbs({ ...known, intents: [credited(), done] })).toEqual([])
  })

  test('a refund that is pending or failed takes nothing', () => {
    expect(takenBack([refund({ status: 'pending' }), refund({ status: 'failed' })])).toEqual([])
  })
})

test('what the buyer is shown never depends on the order in which payments were heard', () => {
  const second = session({
    id: 'cks_2' as typeof open.id,
    attempt: 2,
    amount: 5000n,
    createdAt: minutes(-30),
  })
  const all = [
    paid({ status: 'failed' }),
    paid({ id: 'pay_2' as PaymentFact['id'], sessionId: second.id, status: 'cancelled' }),
    paid({ id: 'pay_3' as PaymentFact['id'], sessionId: second.id, createdAt: minutes(-2) }),
  ]
  const seen = (payments: PaymentFact[], intents: IntentFact[] = []) =>
    recordOfTopup(topupFacts({ sessions: [open, second], payments, intents }), [], NOW).status
  expect(seen(all, [credited('pay_3')])).toBe('paid')
  expect(seen(all.toReversed(), [credited('pay_3')])).toBe('paid')
  expect(seen(all.slice(0, 1))).toBe('pending')
  expect(seen(all.slice(0, 2))).toBe('canceled')
})
