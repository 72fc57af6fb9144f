import type { Facts, InvoiceFact, PaymentFact, SessionFact } from '../facts.ts'
import { findIntent } from '../intent.ts'
import { formatMoney, minBigint, money, sumBigint } from '../money.ts'
import type { Attention, ParkReason } from '../park.ts'
import type { Policy } from '../policy.ts'
import type { Step } from '../steps.ts'
import { askedByNote } from './asked-by-note.ts'
import { owedNow } from './owed.ts'
import { byAge, movesMoney, phaseOf } from './payment-state.ts'

/** What Dodo took for the merchant: its own tax on top of the price is not part of what Lago asked for. */
export const netOf = (payment: PaymentFact, policy: Pick<Policy, 'taxMode'>): bigint =>
  policy.taxMode === 'exclusive' ? payment.amount - payment.tax : payment.amount

/** What money is for, and how it is booked there: all that differs between an invoice and a top-up. */
export type Purpose = {
  /** Still to be collected. */
  owed: bigint
  /** A payment counts in full or not at all. */
  whole: boolean
  /** How much of a payment counts, given what its checkout asked for. */
  net(p: PaymentFact, asked: bigint | undefined): bigint
  /** Books a payment. The step's key is the payment's id. */
  book(p: PaymentFact, amount: bigint, completes: boolean): Step
  refused: ParkReason
  /** A last look whether it is booked already, before it is called one too many. */
  seek(p: PaymentFact): Step | null
  /** The only payment that may be booked now, as its booking has begun; null: any. */
  reservedFor: string | null
  /** What in the payment says that it is for something else. */
  contradiction(p: PaymentFact): string | null
}

export const forInvoice = (facts: Facts, invoice: InvoiceFact, policy: Policy): Purpose => ({
  owed: owedNow(facts, invoice),
  whole: false,
  net: p => netOf(p, policy),
  book: (p, amount, completes) => ({
    verb: 'record-payment',
    key: p.id,
    paymentId: p.id,
    amount,
    completes,
    currency: p.currency,
    paidAt: p.createdAt,
  }),
  refused: 'record_refused',
  seek: p => ({ verb: 'find-record', paymentId: p.id }),
  reservedFor: null,
  contradiction: () => null,
})

/** Why a payment is not what was asked for, or null if it is. */
function mismatch(
  p: PaymentFact,
  session: SessionFact | undefined,
  purpose: Purpose,
): [ParkReason, string] | null {
  if (!session) return ['session_mismatch', 'it was made in no checkout that this bridge opened for it']
  const other = purpose.contradiction(p)
  if (other !== null) return ['session_mismatch', other]
  const net = purpose.net(p, session.amount)
  const asked = formatMoney(money(session.amount, session.currency))
  const got = formatMoney(money(net, p.currency))
  if (p.currency !== session.currency) return ['currency_mismatch', `asked ${asked}, received ${got}`]
  if (p.inexact || net !== session.amount) return ['amount_mismatch', `asked ${asked}, received ${got}`]
  if (p.productIds.length > 0 && !p.productIds.includes(session.productId))
    return ['product_mismatch', `asked for ${session.productId}, received ${p.productIds.join(', ')}`]
  return null
}

const bookingOf = (facts: Facts, paymentId: string) =>
  findIntent(facts.intents, 'record-payment', paymentId) ??
  findIntent(facts.intents, 'credit-balance', paymentId)

/** How much of a payment is booked by us: recorded in Lago, or credited to a balance. */
export function recordedOf(facts: Facts, paymentId: string): bigint {
  const intent = bookingOf(facts, paymentId)
  return intent?.state === 'done' ? BigInt(intent.result['amount'] ?? '0') : 0n
}

/** Refunds of a payment that have gone out, or may yet. */
const sentBack = (facts: Facts, paymentId: string): bigint =>
  sumBigint(facts.refunds.filter(r => r.paymentId === paymentId && r.status !== 'failed').map(r => r.amount))

/** Of these, what no credit note asked for: a credit note takes from the invoice, not from what was paid beyond it. */
const sentBackUnasked = (facts: Facts, paymentId: string): bigint =>
  sentBack({ ...facts, refunds: facts.refunds.filter(r => askedByNote(facts, r) === null) }, paymentId)

/** What became of our own refund of a payment that was owed for nothing. */
function returned(facts: Facts, paymentId: string): 'not' | 'sent' | 'failed' {
  const refund = findIntent(facts.intents, 'refund-payment', paymentId)
  if (refund?.state === 'refused') return 'failed'
  if (refund?.state !== 'done') return 'not'
  return facts.refunds.some(r => r.id === refund.result['refund_id'] && r.status === 'failed')
    ? 'failed'
    : 'sent'
}

export type MoneyReceived = { steps: Step[]; attention: Attention[] }

/**
 * Gives every payment that came its one place: booked for its purpose, sent back, or shown to a person.
 * The oldest payment that is what was asked for settles it; whatever is left over is somebody's money.
 */
export function placeMoney(facts: Facts, purpose: Purpose, policy: Policy): MoneyReceived {
  const steps: Step[] = []
  const attention: Attention[] = []
  let { owed } = purpose
  for (const p of facts.payments.filter(movesMoney).sort(byAge)) {
    const phase = phaseOf(p.status)
    if (phase === 'partial')
      attention.push({
        reason: 'partially_captured',
        about: p.id,
        detail: formatMoney(money(p.amount, p.currency)),
      })
    if (phase !== 'captured') continue
    const record = bookingOf(facts, p.id)
    if (record?.state === 'done') {
      settleExcess(p, purpose.net(p, recordedOf(facts, p.id)) - recordedOf(facts, p.id), 'late')
      continue
    }
    const wrong = mismatch(
      p,
      facts.sessions.find(s => s.id === p.sessionId),
      purpose,
    )
    if (wrong) {
      if (sentBack(facts, p.id) < p.amount)
        attention.push({ reason: wrong[0], about: p.id, detail: wrong[1] })
      continue
    }
    // It was owed for nothing when it went back: what is owed by now is owed by another payment.
    if (returned(facts, p.id) === 'sent') continue
    if (record?.state === 'refused') {
      attention.push({ reason: purpose.refused, about: p.id, detail: record.result['message'] ?? '' })
      continue
    }
    if (purpose.reservedFor !== null && purpose.reservedFor !== p.id) continue
    const net = purpose.net(p, undefined)
    if (owed > 0n && purpose.whole && net < owed) {
      const figures = `owed ${formatMoney(money(owed, p.currency))}, received ${formatMoney(money(net, p.currency))}`
      attention.push({ reason: 'amount_mismatch', about: p.id, detail: figures })
    } else if (owed > 0n) {
      const amount = minBigint(owed, net)
      steps.push(purpose.book(p, amount, amount === owed))
      owed -= amount
    } else {
      // A booking that was refused or lost may have taken effect all the same: then nothing is owed because of it.
      const seek = record?.state === 'absent' && record.result['sought'] ? null : purpose.seek(p)
      if (seek) {
        steps.push(seek)
        continue
      }
      const paidByUs = facts.payments.some(other => other.id !== p.id && recordedOf(facts, other.id) > 0n)
      settleExcess(p, net, paidByUs ? 'duplicate' : 'late')
    }
  }
  return { steps, attention }

  function settleExcess(p: PaymentFact, excess: bigint, kind: 'duplicate' | 'late') {
    const recorded = recordedOf(facts, p.id)
    const back = recorded === 0n ? sentBack(facts, p.id) : sentBackUnasked(facts, p.id)
    if (excess <= 0n || back >= (recorded === 0n ? p.amount : excess)) return
    const why = kind === 'duplicate' ? 'duplicate_payment' : 'late_payment'
    const detail = `${formatMoney(money(excess, p.currency))} of payment ${p.id} is owed for nothing`
    const chosen = kind === 'duplicate' ? policy.duplicatePayments : policy.latePayments
    const went = returned(facts, p.id)
    const refused = findIntent(facts.intents, 'refund-payment', p.id)?.result['message']
    if (went === 'failed') attention.push({ reason: 'refund_failed', about: p.id, detail: refused ?? detail })
    else if (chosen === 'review') attention.push({ reason: why, about: p.id, detail })
    else if (went === 'not')
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
