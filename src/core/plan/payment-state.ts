import type { PaymentFact, PaymentStatus, SessionFact } from '../facts.ts'
import { SESSION_MARGIN_MS } from '../policy.ts'

const AT_THE_CUSTOMER = new Set<PaymentStatus>([
  'requires_customer_action',
  'requires_payment_method',
  'requires_confirmation',
])

/**
 * `captured`: money came. `failed`: it ended without. `customer`: the payer left in the middle and may finish in
 * the same checkout. `open`: Dodo is at work; a second attempt beside it could be a second payment.
 * Source: `IntentStatus` of the Dodo API.
 */
export type PaymentPhase = 'captured' | 'partial' | 'failed' | 'customer' | 'open'

export function phaseOf(status: PaymentStatus | null): PaymentPhase {
  if (status === 'succeeded') return 'captured'
  if (status === 'partially_captured') return 'partial'
  if (status === 'failed' || status === 'cancelled') return 'failed'
  if (status === null || AT_THE_CUSTOMER.has(status)) return 'customer'
  return 'open'
}

/** A zero amount or a change of payment method never settles anything. */
export const movesMoney = (payment: PaymentFact): boolean => !payment.setup && payment.amount > 0n

/** The oldest payment is served first; ids break a tie so that every replica decides alike. */
export const byAge = (a: PaymentFact, b: PaymentFact): number =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1)

export const hasLapsed = (session: SessionFact, now: Date): boolean =>
  now.getTime() >= session.expiresAt.getTime() - SESSION_MARGIN_MS

/** Nothing more can come of this session: it lapsed and was read since, or its payment has ended. */
export function isSpent(session: SessionFact, payments: readonly PaymentFact[]): boolean {
  const payment = payments.find(p => p.sessionId === session.id)
  const status = payment?.status ?? session.paymentStatus
  if (status !== null) return phaseOf(status) !== 'customer' && phaseOf(status) !== 'open'
  return session.readAt >= session.expiresAt
}

/** The newest session by attempt, or undefined. */
export const newestSession = (sessions: readonly SessionFact[]): SessionFact | undefined =>
  sessions.reduce<SessionFact | undefined>(
    (best, s) => (!best || s.attempt > best.attempt ? s : best),
    undefined,
  )

/** A session that may be handed to the payer for exactly this amount. */
export function liveSession(
  sessions: readonly SessionFact[],
  payments: readonly PaymentFact[],
  owed: { amount: bigint; currency: string },
  now: Date,
): SessionFact | undefined {
  const newest = newestSession(sessions)
  if (!newest || hasLapsed(newest, now)) return undefined
  if (newest.amount !== owed.amount || newest.currency !== owed.currency) return undefined
  const payment = payments.find(p => p.sessionId === newest.id)
  const status = payment?.status ?? newest.paymentStatus
  if (status === null && !payment) return newest
  return phaseOf(status) === 'customer' ? newest : undefined
}
