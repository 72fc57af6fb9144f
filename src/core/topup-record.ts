import type { Facts, PaymentFact, SessionFact } from './facts.ts'
import { findIntent, intentsOf } from './intent.ts'
import { sumBigint } from './money.ts'
import type { Attention } from './park.ts'
import { recordedOf } from './plan/money-received.ts'
import { byAge, movesMoney, newestSession, phaseOf } from './plan/payment-state.ts'

export type RecordStatus = 'pending' | 'paid' | 'expired' | 'failed' | 'canceled' | 'review'

/** The payment of a top-up as its buyer sees it. Empty strings where nothing is known. */
export type TopupRecord = {
  status: RecordStatus
  reason: string
  providerSessionId: string
  providerPaymentId: string
  productId: string
  checkoutUrl: string
  expiresAt: Date | null
  refundStatus: '' | 'partial' | 'full'
  refundedMinor: bigint
}

/** What the facts amount to. Paid is final; everything else follows the newest checkout. */
export function recordOfTopup(facts: Facts, attention: readonly Attention[], now: Date): TopupRecord {
  const captured = facts.payments.filter(p => movesMoney(p) && phaseOf(p.status) === 'captured').sort(byAge)
  const credited = captured.find(p => recordedOf(facts, p.id) > 0n)
  const newest = newestSession(facts.sessions)
  const shown = facts.sessions.find(s => s.id === credited?.sessionId) ?? newest
  const latest = credited ?? captured.find(p => isOurs(facts, p)) ?? paymentIn(facts, newest)
  const trouble = attention.find(a => captured.some(p => p.id === a.about && isOurs(facts, p)))
  const refunded = latest ? refundedOf(facts, latest) : 0n
  return {
    status: credited ? 'paid' : trouble ? 'review' : unpaid(facts, newest, now),
    reason: trouble?.reason ?? '',
    providerSessionId: shown?.id ?? '',
    providerPaymentId: latest?.id ?? '',
    productId: shown?.productId ?? '',
    checkoutUrl: shown?.url ?? '',
    expiresAt: shown?.expiresAt ?? null,
    refundStatus: refunded === 0n ? '' : refunded >= (latest?.amount ?? 0n) ? 'full' : 'partial',
    refundedMinor: refunded,
  }
}

/** Money in another system's checkout says nothing of this payment. */
const isOurs = (facts: Facts, p: PaymentFact): boolean => facts.sessions.some(s => s.id === p.sessionId)

const paymentIn = (facts: Facts, session: SessionFact | undefined): PaymentFact | undefined =>
  facts.payments.find(p => session !== undefined && p.sessionId === session.id)

const refundedOf = (facts: Facts, payment: PaymentFact): bigint =>
  sumBigint(
    facts.refunds.filter(r => r.paymentId === payment.id && r.status === 'succeeded').map(r => r.amount),
  )

function unpaid(facts: Facts, newest: SessionFact | undefined, now: Date): RecordStatus {
  const tried = intentsOf(facts.intents, 'open-checkout').filter(i => i.state !== 'done')
  if (tried.some(i => !newest || i.startedAt > newest.createdAt)) return 'failed'
  const status = paymentIn(facts, newest)?.status ?? newest?.paymentStatus ?? null
  if (phaseOf(status) === 'captured') return sentBackWhole(facts, newest) ? 'canceled' : 'pending'
  if (phaseOf(status) === 'open') return 'pending'
  const { topup } = facts
  if (topup && (topup.status === 'canceled' || topup.status === 'paid')) return 'canceled'
  if (status === 'failed') return 'failed'
  if (status === 'cancelled') return 'canceled'
  return newest && newest.expiresAt <= now ? 'expired' : 'pending'
}

const sentBackWhole = (facts: Facts, session: SessionFact | undefined): boolean => {
  const payment = paymentIn(facts, session)
  return payment !== undefined && findIntent(facts.intents, 'refund-payment', payment.id)?.state === 'done'
}
