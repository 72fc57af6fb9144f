import type { Facts } from '../facts.ts'
import type { ReadStep } from '../steps.ts'
import { isSpent, newestSession, phaseOf } from './payment-state.ts'
import { DAY_MS, HOUR_MS, later } from './types.ts'

/** An open payable is looked at every hour of its first day, then every day. */
export function lookInterval(facts: Facts, now: Date): number {
  const first = facts.sessions.reduce<Date | null>((a, s) => (a && a < s.createdAt ? a : s.createdAt), null)
  return first && now.getTime() - first.getTime() < DAY_MS ? HOUR_MS : DAY_MS
}

/** When the next look is due, if nothing is heard before. */
export function nextLook(facts: Facts, now: Date): Date {
  const lapse = newestSession(facts.sessions)?.expiresAt
  const regular = later(now, lookInterval(facts, now))
  return lapse && lapse > now && lapse < regular ? lapse : regular
}

/** What may have changed without a word: payments under way, and checkouts that lapsed since they were read. */
export function unheard(facts: Facts, now: Date): ReadStep[] {
  const asked = facts.lookRequestedAt ?? new Date(0)
  const payments = facts.payments
    .filter(p => {
      const phase = phaseOf(p.status)
      if (phase === 'open' || phase === 'customer') return p.readAt < asked || p.readAt < later(now, -HOUR_MS)
      return hasOpenRefund(facts, p.id) && (p.readAt < asked || p.readAt < later(now, -DAY_MS))
    })
    .map(({ id }) => id)
  const unclear = facts.unclear.filter(
    id => !facts.payments.some(p => p.id === id && p.readAt >= facts.since),
  )
  const sessions = facts.sessions
    .filter(
      session => !isSpent(session, facts.payments) && !facts.payments.some(p => p.sessionId === session.id),
    )
    .filter(session => {
      const lapsedUnread = session.expiresAt <= now && session.readAt < session.expiresAt
      const neverRead = session.readAt.getTime() === session.createdAt.getTime()
      return (
        session.readAt < asked || lapsedUnread || (neverRead && session.createdAt <= later(now, -HOUR_MS))
      )
    })
  return [
    ...[...payments, ...unclear].map(paymentId => ({ verb: 'read-payment' as const, paymentId })),
    ...sessions.map(({ id }) => ({ verb: 'read-session' as const, sessionId: id })),
  ]
}

const hasOpenRefund = (facts: Facts, paymentId: string): boolean =>
  facts.refunds.some(r => r.paymentId === paymentId && (r.status === 'pending' || r.status === 'review'))
