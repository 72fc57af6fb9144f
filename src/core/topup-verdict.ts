import type { Digest } from './delivery.ts'
import type { Facts, PaymentFact } from './facts.ts'
import { findIntent } from './intent.ts'
import type { Attention } from './park.ts'
import { isLost } from './plan/disputes.ts'
import { recordedOf } from './plan/money-received.ts'
import { movesMoney, phaseOf } from './plan/payment-state.ts'

/**
 * What became of one event. `failed`: it will not be applied unless a person does something. `pending`: what it is for
 * is not known yet.
 */
export type Verdict = { status: 'applied' | 'ignored' | 'failed' | 'pending'; error: string }

const applied: Verdict = { status: 'applied', error: '' }
const ignored: Verdict = { status: 'ignored', error: '' }

/** Judges an event by what is true after it was worked on, so that order and copies do not matter. */
export function verdictOf(digest: Digest, facts: Facts, attention: readonly Attention[]): Verdict {
  const said = [
    ...(digest.payments ?? []),
    ...facts.payments.filter(p => (digest.unclear ?? []).includes(p.id)),
  ]
  const verdicts = [
    ...said.map(p => ofPayment(p, facts, attention)),
    ...(digest.refunds ?? []).map(r => (r.status === 'succeeded' ? ofLoss(r.id, facts) : ignored)),
    ...(digest.disputes ?? []).map(d => (isLost(d) ? ofLoss(d.id, facts) : ignored)),
  ]
  return (
    verdicts.find(v => v.status === 'failed' || v.status === 'pending') ??
    verdicts.find(v => v.status === 'applied') ??
    verdicts[0] ??
    ignored
  )
}

function ofPayment(said: PaymentFact, facts: Facts, attention: readonly Attention[]): Verdict {
  const phase = phaseOf(said.status)
  const anyPaid = facts.payments.some(p => recordedOf(facts, p.id) > 0n)
  if (phase === 'failed')
    return !anyPaid && isOurs(said, facts) && phaseOf(knownStatus(said, facts)) === 'failed'
      ? applied
      : ignored
  if ((phase !== 'captured' && phase !== 'partial') || !movesMoney(said)) return ignored
  if (recordedOf(facts, said.id) > 0n) return applied
  const trouble = attention.find(a => a.about === said.id || a.reason === 'topup_not_found')
  if (trouble) return { status: 'failed', error: `${trouble.reason}: ${trouble.detail}` }
  const refund = findIntent(facts.intents, 'refund-payment', said.id)
  return refund?.state === 'done'
    ? { status: 'ignored', error: `${refund.request['why'] ?? 'owed for nothing'}: it was refunded` }
    : { status: 'pending', error: facts.topup ? 'not credited yet' : 'nobody knows this top-up yet' }
}

const isOurs = (said: PaymentFact, facts: Facts): boolean =>
  said.sessionId === null || facts.sessions.some(session => session.id === said.sessionId)

const knownStatus = (said: PaymentFact, facts: Facts) =>
  facts.payments.find(p => p.id === said.id)?.status ?? said.status

function ofLoss(id: string, facts: Facts): Verdict {
  const debit = findIntent(facts.intents, 'debit-balance', id)
  if (debit?.state === 'refused') return { status: 'failed', error: debit.result['message'] ?? 'refused' }
  return debit?.state === 'done' ? applied : ignored
}
