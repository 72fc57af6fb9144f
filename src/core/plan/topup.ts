import type { Facts, PaymentFact, SessionCause, TopupFact } from '../facts.ts'
import type { DodoPaymentId } from '../ids.ts'
import { findIntent, intentsOf } from '../intent.ts'
import { formatMoney, money } from '../money.ts'
import type { Attention } from '../park.ts'
import type { Policy } from '../policy.ts'
import { onlyReads, type Step } from '../steps.ts'
import { isResolved, type Outcome } from './invoice.ts'
import { nextLook, unheard } from './look-again.ts'
import { placeMoney } from './money-received.ts'
import { byAge, isSpent, movesMoney, newestSession, phaseOf } from './payment-state.ts'
import { forTopup, takeBack } from './topup-money.ts'
import { noticesOfTopup } from './topup-notices.ts'
import { HOUR_MS, later, type PayableState, type Plan } from './types.ts'
import { wayToPay } from './way-to-pay.ts'

/** What to do about a top-up; the same rules for the money as for an invoice. Called when no outcome is unknown. */
export function planTopup(facts: Facts, policy: Policy, now: Date): Plan {
  const { topup, missingAt } = facts
  const lastRead = [topup?.readAt, missingAt]
    .filter(at => at instanceof Date)
    .sort((a, b) => b.getTime() - a.getTime())[0]
  const fresh = lastRead !== undefined && lastRead >= facts.since
  const asked = facts.lookRequestedAt !== null && lastRead !== undefined && facts.lookRequestedAt > lastRead
  const moves = topup?.status === 'processing'
  if (!fresh && (!topup || asked || moves)) return reading([{ verb: 'read-topup' }])
  if (!topup || (missingAt && missingAt > topup.readAt)) return missing(facts, now)

  const outcome = decide(facts, topup, policy, now)
  const steps = outcome.wakeAt === null ? outcome.steps : [...unheard(facts, now), ...outcome.steps]
  if (!fresh && steps.some(step => !onlyReads(step))) return reading([{ verb: 'read-topup' }])
  return { ...outcome, steps, notices: noticesOfTopup(facts, topup, outcome) }
}

const reading = (steps: Step[]): Plan => ({
  steps,
  state: 'waiting',
  wakeAt: null,
  attention: [],
  notices: [],
  say: 'asking for the top-up',
})

const captured = (facts: Facts): PaymentFact[] =>
  facts.payments.filter(p => movesMoney(p) && phaseOf(p.status) === 'captured').sort(byAge)

const PATIENCE_MS = 10 * 60_000

/** A top-up that nobody knows yet may appear: it is asked for again, ever less often, and shown if money came for it. */
function missing(facts: Facts, now: Date): Plan {
  const oldest = captured(facts)[0]
  const age = oldest ? Math.max(0, now.getTime() - oldest.createdAt.getTime()) : 0
  const attention: Attention[] =
    oldest && age > PATIENCE_MS
      ? [{ reason: 'topup_not_found', about: facts.key, detail: `payment ${oldest.id} names it` }]
      : []
  return {
    steps: [],
    state: 'waiting',
    wakeAt: oldest ? later(now, Math.min(Math.max(age / 4, 1_000), HOUR_MS)) : null,
    attention: attention.filter(a => !isResolved(facts, a)),
    notices: [],
    say: 'Nobody knows this top-up.',
  }
}

function decide(facts: Facts, topup: TopupFact, policy: Policy, now: Date): Outcome {
  // A body may leave the session out; Dodo knows it.
  const unplaced = captured(facts).filter(p => p.sessionId === null && p.readAt < facts.since)
  const received = placeMoney(facts, forTopup(facts, topup, policy), policy)
  const back = takeBack(facts, topup)
  const trouble = [...received.attention, ...back.attention].filter(a => !isResolved(facts, a))
  const outcome = (state: PayableState, say: string, more: Partial<Outcome> = {}): Outcome => ({
    state,
    say,
    wakeAt: more.wakeAt ?? null,
    steps: more.steps ?? [],
    attention: [...trouble, ...(more.attention ?? []).filter(a => !isResolved(facts, a))],
  })

  if (unplaced.length > 0) {
    const steps = unplaced.map(p => ({ verb: 'read-payment' as const, paymentId: p.id }))
    return outcome('processing', 'Money came; asking where it belongs.', { steps, wakeAt: now })
  }
  const moving = [...received.steps, ...back.steps]
  if (moving.length > 0)
    return outcome('processing', 'Money moved; booking it.', { steps: moving, wakeAt: now })
  if (topup.status === 'paid') return outcome('paid', `Paid, and ${topup.credits} credits given.`)
  if (topup.status === 'processing') return beingCredited(facts, topup, now, outcome)
  if (topup.status !== 'pending') return outcome('closed', `The top-up was ${topup.status}.`)
  const open = facts.payments.find(p => movesMoney(p) && phaseOf(p.status) === 'open')
  if (open)
    return outcome('processing', `Payment ${open.id} is ${open.status}.`, { wakeAt: later(now, HOUR_MS) })
  // Somebody else's payment that names this top-up must not keep its buyer from paying.
  if (trouble.some(a => a.reason !== 'session_mismatch' && a.reason !== 'dispute_open'))
    return outcome('open', 'Money came that does not fit; a person has to look.')
  return collecting(facts, topup, policy, now, outcome)
}

type Judge = (state: PayableState, say: string, more?: Partial<Outcome>) => Outcome

/** What an operator began and did not bring to its end is gone on with: it can be credited for nothing else. */
function beingCredited(facts: Facts, { creditedFor, amount }: TopupFact, now: Date, outcome: Judge): Outcome {
  const say = 'It is being credited.'
  const wakeAt = later(now, 5_000)
  if (creditedFor === null || captured(facts).some(p => p.id === creditedFor))
    return outcome('processing', say, { wakeAt })
  const begun = findIntent(facts.intents, 'credit-balance', creditedFor)
  if (begun?.state === 'refused') {
    const detail = begun.result['message'] ?? ''
    return outcome('processing', say, {
      attention: [{ reason: 'credit_refused', about: creditedFor, detail }],
    })
  }
  const paymentId = creditedFor as DodoPaymentId
  const step: Step = { verb: 'credit-balance', key: creditedFor, paymentId, amount }
  return outcome('processing', say, { steps: [step], wakeAt })
}

function collecting(facts: Facts, topup: TopupFact, policy: Policy, now: Date, outcome: Judge): Outcome {
  const due = money(topup.amount, topup.currency)
  const wish = { due, what: topup.id, cause: wanted(facts) }
  const { steps, attention, live } = wayToPay(facts, wish, policy, now)
  if (attention.length > 0)
    return outcome('uncollectable', `${formatMoney(due)} cannot be collected as it is.`, { attention })
  if (steps.length > 0) return outcome('open', 'Opening a checkout.', { steps, wakeAt: now })
  const waits = facts.sessions.some(s => !isSpent(s, facts.payments))
  const say = live ? 'A checkout is open.' : 'Nobody is paying it now.'
  return outcome('open', say, { wakeAt: waits ? nextLook(facts, now) : null })
}

/** A checkout is opened when the buyer asks, once for each time of asking. */
function wanted(facts: Facts): SessionCause | null {
  const { linkRequestedAt } = facts
  const tried = [
    newestSession(facts.sessions)?.createdAt,
    ...intentsOf(facts.intents, 'open-checkout').map(intent => intent.startedAt),
  ]
  return linkRequestedAt && tried.every(at => !at || at < linkRequestedAt) ? 'link' : null
}
