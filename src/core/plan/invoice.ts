import type { Facts, InvoiceFact } from '../facts.ts'
import { findIntent } from '../intent.ts'
import { formatMoney, money, sumBigint } from '../money.ts'
import type { Attention } from '../park.ts'
import type { Policy } from '../policy.ts'
import type { Step } from '../steps.ts'
import { collect } from './collect.ts'
import { giveBack } from './give-back.ts'
import { nextLook } from './look-again.ts'
import { forInvoice, placeMoney, recordedOf } from './money-received.ts'
import { notOurs, owedNow } from './owed.ts'
import { movesMoney, phaseOf } from './payment-state.ts'
import { leftOf } from './refund-shares.ts'
import { failedPayments, nextAttempt } from './retries.ts'
import { DAY_MS, HOUR_MS, later, type PayableState } from './types.ts'

export type Outcome = {
  steps: readonly Step[]
  state: PayableState
  wakeAt: Date | null
  attention: readonly Attention[]
  say: string
}

/** The rules for one invoice, in the order in which they count. */
export function decide(facts: Facts, invoice: InvoiceFact, policy: Policy, now: Date): Outcome {
  const received = placeMoney(facts, forInvoice(facts, invoice, policy), policy)
  const back = giveBack(facts, invoice, policy, now)
  const attention = received.attention.filter(a => !isResolved(facts, a))
  const outcome = (state: PayableState, say: string, more: Partial<Outcome> = {}): Outcome => ({
    state,
    say,
    wakeAt: earlier(more.wakeAt ?? null, back.wakeAt),
    steps: [...received.steps, ...back.steps, ...(more.steps ?? [])],
    attention: [
      ...attention,
      ...[...back.attention, ...(more.attention ?? [])].filter(a => !isResolved(facts, a)),
    ],
  })
  const owed = owedNow(facts, invoice)
  const open = facts.payments.filter(p => movesMoney(p) && phaseOf(p.status) === 'open')

  if (received.steps.length > 0)
    return outcome('processing', 'Money came; finding its place.', { wakeAt: now })
  if (facts.payments.some(p => recordedOf(facts, p.id) > 0n) && owed === 0n)
    return outcome('paid', `Paid, and recorded in Lago.`, { attention: undone(facts, invoice, policy) })
  const elsewhere = notOurs(invoice)
  if (elsewhere) return outcome('closed', `Not collected here: ${elsewhere}.`)
  if (invoice.status === 'voided') return outcome('closed', 'The invoice was voided.')
  if (invoice.status !== 'finalized')
    return outcome('waiting', `The invoice is ${invoice.status} in Lago.`, { wakeAt: later(now, DAY_MS) })
  if (owed === 0n) return outcome('closed', 'Nothing is due.')
  if (open.length > 0)
    return outcome('processing', `Payment ${open[0]?.id} is ${open[0]?.status} at Dodo.`, {
      wakeAt: later(now, HOUR_MS),
    })
  if (attention.length > 0) return outcome('open', 'Money came that does not fit; a person has to look.')

  const marking = markFailed(facts, invoice)
  if (marking) return outcome('open', 'The payment failed; telling Lago.', { steps: [marking], wakeAt: now })
  return collecting(facts, invoice, owed, policy, now, outcome)
}

/** What was paid and recorded, and then undone in Lago: the money is still here, so a person has to say what it is for. */
function undone(facts: Facts, invoice: InvoiceFact, policy: Policy): Attention[] {
  const kept = sumBigint(facts.payments.map(p => leftOf(facts, p, policy)))
  if (kept <= 0n) return []
  const detail = `${formatMoney(money(kept, invoice.currency))} came for ${invoice.number}`
  if (invoice.status === 'voided') return [{ reason: 'voided_after_payment', about: invoice.id, detail }]
  if (invoice.status === 'finalized' && invoice.paymentStatus !== 'succeeded')
    return [{ reason: 'unpaid_in_lago', about: invoice.id, detail }]
  return []
}

function collecting(
  facts: Facts,
  invoice: InvoiceFact,
  owed: bigint,
  policy: Policy,
  now: Date,
  outcome: (state: PayableState, say: string, more?: Partial<Outcome>) => Outcome,
): Outcome {
  const { steps, attention, live } = collect(facts, invoice, owed, policy, now)
  const due = formatMoney(money(owed, invoice.currency))
  if (attention.length > 0)
    return outcome('uncollectable', `${due} cannot be collected as it is.`, { attention })
  const next = nextAttempt(facts, policy)
  const look = nextLook(facts, now)
  const wakeAt = next.kind === 'at' && next.at > now && next.at < look ? next.at : look
  if (next.kind === 'spent' && !live)
    return outcome('given_up', `${due} is due; the last attempt failed. The pay link still works.`, {
      steps,
      wakeAt,
    })
  const say =
    next.kind === 'at'
      ? `${due} is due; next attempt ${next.at.toISOString()}.`
      : `${due} is due; the link is open.`
  return outcome('open', say, { steps, wakeAt })
}

/** Lago hears of a failure once for each failed payment, and only while it still says pending. */
function markFailed(facts: Facts, invoice: InvoiceFact): Step | null {
  const last = failedPayments(facts).at(-1)
  if (!last || invoice.paymentStatus !== 'pending') return null
  const told = findIntent(facts.intents, 'mark-failed', last.id)
  return told && told.state !== 'absent' ? null : { verb: 'mark-failed', key: last.id, paymentId: last.id }
}

const earlier = (a: Date | null, b: Date | null): Date | null => (a && b ? (a < b ? a : b) : (a ?? b))

/** A person has decided about this already. */
export const isResolved = (facts: Facts, { reason, about }: Attention): boolean =>
  facts.resolutions.some(r => r.reason === reason && r.about === about)
