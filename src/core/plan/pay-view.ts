import type { Facts } from '../facts.ts'
import { notOurs, owedNow } from './owed.ts'
import { liveSession, movesMoney, phaseOf } from './payment-state.ts'
import { failedPayments } from './retries.ts'
import type { PayableState } from './types.ts'

/** A click is answered from what was read at most this long ago. */
export const LINK_TRUST_MS = 60_000

/**
 * What the payer gets to see. `checkout`: a live session for exactly what is due. `look`: it is not known yet, and
 * has to be found out first.
 */
export type PayView =
  | { kind: 'checkout'; url: string }
  | { kind: 'paid' }
  | { kind: 'processing' }
  | { kind: 'not_payable' }
  | { kind: 'failed'; errorCode: string | null }
  | { kind: 'look' }

export function payView(facts: Facts, state: PayableState, now: Date): PayView {
  const { invoice } = facts
  if (!invoice) return facts.missingAt ? { kind: 'not_payable' } : { kind: 'look' }
  if (state === 'paid' || invoice.paymentStatus === 'succeeded') return { kind: 'paid' }
  if (facts.payments.some(p => movesMoney(p) && ['open', 'captured', 'partial'].includes(phaseOf(p.status))))
    return { kind: 'processing' }
  const owed = owedNow(facts, invoice)
  if (notOurs(invoice) || owed === 0n || state === 'uncollectable') return { kind: 'not_payable' }
  const live = liveSession(facts.sessions, facts.payments, { amount: owed, currency: invoice.currency }, now)
  const trusted = now.getTime() - invoice.readAt.getTime() < LINK_TRUST_MS
  return live && trusted ? { kind: 'checkout', url: live.url } : { kind: 'look' }
}

/** What the payer sees on coming back from the checkout: what is known, never what the address bar claims. */
export function returnView(facts: Facts, state: PayableState, now: Date): PayView {
  const view = payView(facts, state, now)
  if (view.kind !== 'checkout' && view.kind !== 'look') return view
  const failure = failedPayments(facts).at(-1)
  return failure ? { kind: 'failed', errorCode: failure.errorCode } : view
}
