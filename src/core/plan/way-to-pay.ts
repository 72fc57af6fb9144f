import { notChargeable } from '../chargeable.ts'
import type { Facts, SessionCause, SessionFact } from '../facts.ts'
import { findIntent, intentsOf } from '../intent.ts'
import { formatMoney, type Money } from '../money.ts'
import type { Attention, ParkReason } from '../park.ts'
import { type Policy, productFor } from '../policy.ts'
import type { Step } from '../steps.ts'
import { isSpent, liveSession, newestSession } from './payment-state.ts'

/** `live`: the checkout that the payer may be sent to. */
export type WayToPay = { steps: Step[]; attention: Attention[]; live: SessionFact | undefined }

/** `due` is more than zero. `what`: its name for people. `cause`: why a checkout is wanted; null if none is. */
type Wish = { due: Money; what: string; cause: SessionCause | null }

/** Finds the checkout that is open for exactly what is due, or opens one if it is wanted and nothing stands against it. */
export function wayToPay(facts: Facts, { due, what, cause }: Wish, policy: Policy, now: Date): WayToPay {
  const park = (reason: ParkReason, detail: string): WayToPay => ({
    steps: [],
    attention: [{ reason, about: facts.key, detail }],
    live: undefined,
  })
  const steps = (...wanted: Step[]): WayToPay => ({ steps: wanted, attention: [], live: undefined })

  const unfit = notChargeable(due)
  if (unfit) return park(unfit, `${what} asks for ${formatMoney(due)}`)
  const productId = productFor(policy, due.currency)
  if (productId === undefined) return park('no_product_for_currency', `${what} is in ${due.currency}`)
  const fault = policy.unfitProducts.get(productId)
  if (fault !== undefined) return park('product_unfit', fault)

  const live = liveSession(facts.sessions, facts.payments, due, now)
  if (live) return { steps: [], attention: [], live }
  if (cause === null) return steps()

  const attempt = nextNumber(facts)
  const key = String(attempt)
  const refused = findIntent(facts.intents, 'open-checkout', key)
  if (refused?.state === 'refused')
    return park('checkout_refused', refused.result['message'] ?? 'no reason was given')

  // Two live ways to pay are two payments: whatever may still come of an older checkout is read first.
  const unread = facts.sessions.filter(s => s.readAt < facts.since && !isSpent(s, facts.payments))
  if (unread.length > 0)
    return steps(...unread.map(s => ({ verb: 'read-session' as const, sessionId: s.id })))
  const { amount, currency } = due
  return steps({ verb: 'open-checkout', key, attempt, cause, amount, currency, productId })
}

/** An invoice that was refused a checkout waits for a person; the buyer of a top-up may simply try again. */
function nextNumber(facts: Facts): number {
  const opened = newestSession(facts.sessions)?.attempt ?? 0
  if (facts.kind === 'invoice') return opened + 1
  const refused = intentsOf(facts.intents, 'open-checkout', 'refused').map(intent => Number(intent.key))
  return Math.max(opened, ...refused) + 1
}
