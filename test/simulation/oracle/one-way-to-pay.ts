import type { Session } from '../books.ts'
import type { Check } from '../oracle.ts'

/** The last minutes of a checkout are not handed out, and clocks of replicas differ a little. */
const MARGIN_MS = 11 * 60_000

/**
 * No second checkout is opened while a customer can still pay the same amount in the first. A process that was frozen
 * between Dodo's answer and the database may bring a forgotten one back: where processes freeze, nothing is promised.
 */
export const check: Check = ({ world, sessions }) => {
  if (world.weather.freezes > 0) return []
  const newest = new Map<string, Session>()
  const wrong: string[] = []
  for (const session of sessions.values()) {
    const before = newest.get(session.key)
    newest.set(session.key, session)
    if (!before || before.amount !== session.amount || before.currency !== session.currency) continue
    const lapsed = session.createdAt.getTime() >= before.expiresAt.getTime() - MARGIN_MS
    const tried = world.dodo.state.payments
      .all()
      .some(
        ({ payment }) =>
          payment.checkout_session_id === before.id && new Date(payment.created_at) <= session.createdAt,
      )
    if (!lapsed && !tried) wrong.push(`${session.key} got ${session.id} beside ${before.id}`)
  }
  return wrong
}
