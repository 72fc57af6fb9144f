import { declineClass } from '../decline.ts'
import type { Facts, PaymentFact } from '../facts.ts'
import type { Policy } from '../policy.ts'
import { byAge, movesMoney, newestSession, phaseOf } from './payment-state.ts'
import { later } from './types.ts'

/** `at`: when the next attempt is due. `spent`: the schedule is over, nothing more is tried unasked. */
export type NextAttempt = { kind: 'none' } | { kind: 'at'; at: Date } | { kind: 'spent' }

/** Payments that ended without money, oldest first. */
export const failedPayments = (facts: Facts): PaymentFact[] =>
  facts.payments.filter(p => movesMoney(p) && phaseOf(p.status) === 'failed').sort(byAge)

/**
 * When to try again after a decline. What only the customer can mend goes back to the customer at once;
 * the rest waits as `PAYMENT_RETRY_SCHEDULE` says. A checkout opened since the decline is the next attempt.
 */
export function nextAttempt(facts: Facts, policy: Policy): NextAttempt {
  const failures = failedPayments(facts)
  const last = failures.at(-1)
  if (!last) return { kind: 'none' }
  const session = newestSession(facts.sessions)
  if (session && session.createdAt > last.readAt) return { kind: 'none' }
  const wait = policy.retrySchedule[failures.length - 1]
  if (wait === undefined) return { kind: 'spent' }
  return { kind: 'at', at: declineClass(last.errorCode) === 'retry' ? later(last.readAt, wait) : last.readAt }
}
