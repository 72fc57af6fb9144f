import type { CreditNoteFact, Facts, PaymentFact, RefundFact } from '../facts.ts'
import type { IntentFact } from '../intent.ts'
import { findIntent } from '../intent.ts'
import { formatMoney, minBigint, money, sumBigint } from '../money.ts'
import type { Attention, ParkReason } from '../park.ts'
import type { Policy } from '../policy.ts'
import type { Step } from '../steps.ts'
import { isDisputed } from './disputes.ts'
import { recordedOf } from './money-received.ts'
import { leftOf } from './refund-shares.ts'

type Part = { steps: Step[]; attention: Attention[] }
const nothing: Part = { steps: [], attention: [] }

/**
 * What a Lago credit note that asks for a refund still needs at Dodo: the refund, from one payment or several, one at
 * a time for each; then the truth about it as the note's refund status.
 */
export function refundNote(
  facts: Facts,
  note: CreditNoteFact,
  captured: readonly PaymentFact[],
  pairs: ReadonlyMap<string, { refund: RefundFact }>,
  policy: Policy,
): Part {
  // A refund from the dashboard answers it already, or will once Dodo is done with it.
  if (pairs.has(note.id)) return nothing
  const recorded = captured.filter(p => recordedOf(facts, p.id) > 0n)
  if (recorded.length === 0) return nothing

  const parts = facts.intents.filter(i => i.verb === 'refund-credit-note' && i.key.startsWith(`${note.id}:`))
  const refused = parts.find(i => i.state === 'refused')
  const refunds = parts.flatMap(i => facts.refunds.filter(r => r.id === i.result['refund_id']))
  const failed = refunds.find(r => r.status === 'failed')
  if (refused || failed)
    return ended(
      facts,
      note,
      'refund_refused',
      refused?.result['message'] ?? `refund ${failed?.id} failed at Dodo`,
    )

  const missing =
    note.refundAmount -
    sumBigint(parts.filter(i => i.state === 'done').map(i => BigInt(i.request['net'] ?? '0')))
  if (missing <= 0n)
    return refunds.every(r => r.status === 'succeeded')
      ? { steps: tell(facts, note, 'succeeded', refunds[0]), attention: [] }
      : nothing
  return nextPart(facts, note, missing, recorded, parts, policy)
}

function nextPart(
  facts: Facts,
  note: CreditNoteFact,
  missing: bigint,
  recorded: readonly PaymentFact[],
  parts: readonly IntentFact[],
  policy: Policy,
): Part {
  const left = recorded.map(payment => ({ payment, amount: leftOf(facts, payment, policy) }))
  const whose = `credit note ${note.number}`
  if (sumBigint(left.map(l => l.amount)) < missing) {
    const [want, has] = [missing, sumBigint(left.map(l => l.amount))].map(a =>
      formatMoney(money(a, recorded[0]?.currency ?? '')),
    )
    return ended(facts, note, 'refund_exceeds_paid', `${whose} asks for ${want}, ${has} is left`)
  }
  const source = left.find(
    l =>
      l.amount > 0n &&
      !isDisputed(facts, l.payment.id) &&
      !parts.some(i => i.key === `${note.id}:${l.payment.id}` && i.state === 'done'),
  )
  if (!source)
    return { steps: [], attention: [{ reason: 'refund_in_dispute', about: note.id, detail: whose }] }

  const { payment } = source
  const under = facts.refunds.some(
    r => r.paymentId === payment.id && (r.status === 'pending' || r.status === 'review'),
  )
  if (under) return nothing
  const net = minBigint(missing, source.amount)
  const { amount, whole } = grossOf(facts, payment, net, source.amount, policy)
  return {
    steps: [
      {
        verb: 'refund-credit-note',
        key: `${note.id}:${payment.id}`,
        creditNoteId: note.id,
        paymentId: payment.id,
        net,
        amount,
        currency: payment.currency,
        whole,
      },
    ],
    attention: [],
  }
}

/** What goes back to the customer for `net` of the invoice: with Dodo's tax on top, in proportion. */
function grossOf(
  facts: Facts,
  payment: PaymentFact,
  net: bigint,
  left: bigint,
  policy: Policy,
): { amount: bigint; whole: boolean } {
  const before = sumBigint(
    facts.refunds.filter(r => r.paymentId === payment.id && r.status !== 'failed').map(r => r.amount),
  )
  if (
    net === left &&
    before === 0n &&
    recordedOf(facts, payment.id) === payment.amount - (policy.taxMode === 'exclusive' ? payment.tax : 0n)
  )
    return { amount: payment.amount, whole: true }
  if (policy.taxMode === 'inclusive') return { amount: net, whole: false }
  const netTotal = payment.amount - payment.tax
  return {
    amount: net === left ? payment.amount - before : (net * payment.amount + netTotal / 2n) / netTotal,
    whole: false,
  }
}

/** It will not be refunded at Dodo: Lago hears it, and a person. */
function ended(facts: Facts, note: CreditNoteFact, reason: ParkReason, detail: string): Part {
  return { steps: tell(facts, note, 'failed', undefined), attention: [{ reason, about: note.id, detail }] }
}

function tell(
  facts: Facts,
  note: CreditNoteFact,
  status: 'succeeded' | 'failed',
  refund: RefundFact | undefined,
): Step[] {
  const key = `${note.id}:${status}`
  const told = findIntent(facts.intents, 'set-refund-status', key)
  if (told && told.state !== 'absent') return []
  return [{ verb: 'set-refund-status', key, creditNoteId: note.id, status, refundId: refund?.id ?? null }]
}
