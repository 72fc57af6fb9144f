import type { Facts, TopupFact } from './facts.ts'
import { type IntentFact, intentsOf } from './intent.ts'
import { liveSession, movesMoney, newestSession, phaseOf } from './plan/payment-state.ts'

/**
 * What became of asking for a checkout. `open`: there is one to go on with. `refused`: the provider said no.
 * `lost`: it failed, and may have opened one that nobody knows. `unreached`: it heard of nothing. `unknown`: not yet.
 */
export type Opening = { kind: 'open' | 'refused' | 'lost' | 'unreached' | 'unknown' }

const kindOf = ({ state, result }: IntentFact): Opening['kind'] => {
  if (state === 'refused') return 'refused'
  return state === 'absent' && result['code'] === 'not-sent' ? 'unreached' : 'lost'
}

/** `before`: what was known when it was asked; an older failure says nothing of this attempt. */
export function openingOf(facts: Facts, topup: TopupFact, before: Facts | null, now: Date): Opening {
  const due = { amount: topup.amount, currency: topup.currency }
  if (liveSession(facts.sessions, facts.payments, due, now)) return { kind: 'open' }
  const busy = facts.payments.some(p => movesMoney(p) && ['open', 'captured'].includes(phaseOf(p.status)))
  if (busy && newestSession(facts.sessions)) return { kind: 'open' }
  const last = lastTry(facts)
  const earlier = before ? lastTry(before) : undefined
  const isNew = last && (last.key !== earlier?.key || last.attempts !== earlier?.attempts)
  return last && isNew && last.state !== 'done' ? { kind: kindOf(last) } : { kind: 'unknown' }
}

const lastTry = (facts: Facts): IntentFact | undefined =>
  intentsOf(facts.intents, 'open-checkout')
    .toSorted((a, b) => Number(a.key) - Number(b.key))
    .at(-1)
