import type { Facts, InvoiceFact, PaymentFact, SessionFact } from '../facts.ts'
import { findIntent } from '../intent.ts'
import { formatMoney, minBigint, money, sumBigint } from '../money.ts'
import type { Attention, ParkReason } from '../park.ts'
import type { Policy } from '../policy.ts'
import type { Step } from '../steps.ts'
import { owedNow } from './owed.ts'
import { byAge, movesMoney, phaseOf } from './payment-state.ts'

/** What Dodo took for the merchant: its own tax on top of the price is not part of what Lago asked for. */
export const netOf = (payment: PaymentFact, policy: Pick<Policy, 'taxMode'>): bigint =>
  policy.taxMode === 'exclusive' ? payment.amount - payment.tax : payment.amount

/** Why a payment is not what was asked for, or null if it is. */
function mismatch(
  p: PaymentFact,
  session: SessionFact | undefined,
  policy: Policy,
): [ParkReason, string] | null {
  if (!session)
    return ['session_mismatch', 'it was made in no checkout that this bridge opened for the invoice']
  const asked = formatMoney(money(session.amount, session.currency))
  const got = formatMoney(money(netOf(p, policy), p.currency))
  if (p.currency !== session.currency) return ['currency_mismatch', `asked ${asked}, received ${got}`]
  if (p.inexact || netOf(p, policy) !== session.amount)
    return ['amount_mismatch', `asked ${asked}, received ${got}`]
  if (p.productIds.length > 0 && !p.productIds.includes(session.productId))
    return ['product_mismatch', `asked for ${session.productId}, received ${p.productIds.join(', ')}`]
  return null
}

/** How much of a payment is recorded in Lago, by us. */
export function recordedOf(facts: Facts, paymentId: string): bigint {
  const intent = findIntent(facts.intents, 'record-payment', paymentId)
  return intent?.state === 'done' ? BigInt(intent.result['amount'] ?? '0') : 0n
}

/** Refunds of a payment that have gone out, or may yet. */
const returned = (facts: Facts, p: PaymentFact): bigint =>
  sumBigint(facts.refunds.filter(r => r.paymentId === p.id && r.status !== 'failed').map(r => r.amount))

export type MoneyReceived = { steps: Step[]; attention: Attention[] }

/**
 * Gives every payment that came its one place: recorded in Lago, sent back, or shown to a person.
 * The oldest payment that is what was asked for settles the invoice; whatever is left over is somebody's money.
 */
export function placeMoney(facts: Facts, invoice: InvoiceFact, policy: Policy): MoneyReceived {
  const steps: Step[] = []
  const attention: Attention[] = []
  let owed = owedNow(facts, invoice)
  for (const p of facts.payments.filter(movesMoney).sort(byAge)) {
    const phase = phaseOf(p.status)
    if (phase === 'partial')
      attention.push({
        reason: 'partially_captured',
        about: p.id,
        detail: formatMoney(money(p.amount, p.currency)),
      })
    if (phase !== 'captured') continue
    const record = findIntent(facts.intents, 'record-payment', p.id)
    if (record?.state === 'done') {
      settleExcess(p, netOf(p, policy) - recordedOf(facts, p.id), 'late')
      continue
    }
    const wrong = mismatch(
      p,
      facts.sessions.find(s => s.id === p.sessionId),
      policy,
    )
    if (wrong) {
      if (returned(facts, p) < p.amount) attention.push({ reason: wrong[0], about: p.id, detail: wrong[1] })
      continue
    }
    if (record?.state === 'refused') {
      attention.push({ reason: 'record_refused', about: p.id, detail: record.result['message'] ?? '' })
      continue
    }
    if (owed > 0n) {
      const amount = minBigint(owed, netOf(p, policy))
      const completes = amount === owed
      steps.push({
        verb: 'record-payment',
        key: p.id,
        paymentId: p.id,
        amount,
        completes,
        currency: p.currency,
        paidAt: p.createdAt,
      })
      owed -= amount
    } else if (record?.state !== 'absent') {
      steps.push({ verb: 'find-record', paymentId: p.id })
    } else {
      const paidByUs = facts.payments.some(other => other.id !== p.id && recordedOf(facts, other.id) > 0n)
      settleExcess(p, netOf(p, policy), paidByUs ? 'duplicate' : 'late')
    }
  }
  return { steps, attention }

  function settleExcess(p: PaymentFact, excess: bigint, kind: 'duplicate' | 'late') {
    const recorded = recordedOf(facts, p.id)
    const sentBack = returned(facts, p)
    if (excess <= 0n || sentBack >= (recorded === 0n ? p.amount : excess)) return
    const why = kind === 'duplicate' ? 'duplicate_payment' : 'late_payment'
    const detail = `${formatMoney(money(excess, p.currency))} of payment ${p.id} is owed for nothing`
    const refund = findIntent(facts.intents, 'refund-payment', p.id)
    const failed =
      refund?.state === 'refused' ||
      facts.refunds.some(r => r.id === refund?.result['refund_id'] && r.status === 'failed')
    const chosen = kind === 'duplicate' ? policy.duplicatePayments : policy.latePayments
    if (failed)
      attention.push({ reason: 'refund_failed', about: p.id, detail: refund?.result['message'] ?? detail })
    else if (chosen === 'review') attention.push({ reason: why, about: p.id, detail })
    else if (refund?.state !== 'done')
      steps.push({
        verb: 'refund-payment',
        key: p.id,
        paymentId: p.id,
        amount: recorded === 0n ? p.amount : excess,
        currency: p.currency,
        whole: recorded === 0n,
        why,
      })
  }
}
