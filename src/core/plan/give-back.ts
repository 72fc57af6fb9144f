import type { CreditNoteFact, Facts, InvoiceFact } from '../facts.ts'
import { findIntent } from '../intent.ts'
import type { Attention } from '../park.ts'
import type { Policy } from '../policy.ts'
import type { Step } from '../steps.ts'
import { askedByNote } from './asked-by-note.ts'
import { disputes } from './disputes.ts'
import { noteRefund } from './note-refund.ts'
import { byAge, movesMoney, phaseOf } from './payment-state.ts'
import { refundNote } from './refund-note.ts'
import { type RefundShare, refundShares } from './refund-shares.ts'
import { DAY_MS, later } from './types.ts'

export type GivenBack = { steps: Step[]; attention: Attention[]; wakeAt: Date | null }

/**
 * Keeps the money that went back the same on both sides: a Dodo refund gets its Lago credit note, a Lago credit note
 * that asks for a refund gets its Dodo refund, and neither is answered with another.
 */
export function giveBack(facts: Facts, invoice: InvoiceFact, policy: Policy, now: Date): GivenBack {
  const captured = facts.payments.filter(p => movesMoney(p) && phaseOf(p.status) === 'captured').sort(byAge)
  const shares = captured.flatMap(p => refundShares(facts, p, policy))
  const pairs = pairUp(facts, shares)
  const parts = [
    ...shares.filter(s => s.refund.status === 'succeeded').map(s => noteRefund(facts, s, pairs, now)),
    ...facts.creditNotes
      .filter(n => isAsking(facts, n) || wasToldFailed(facts, n))
      .map(n => refundNote(facts, n, captured, pairs, policy)),
    disputes(facts, invoice),
  ]
  const steps = parts.flatMap(part => part.steps)
  const attention = parts.flatMap(part => part.attention)
  const open =
    facts.refunds.some(r => r.status === 'pending' || r.status === 'review') ||
    facts.creditNotes.some(n => isAsking(facts, n)) ||
    attention.some(a => a.reason === 'dispute_open' || a.reason === 'credit_note_needs_licence')
  const wakeAt = open ? later(now, DAY_MS) : null
  const unread = facts.creditNotesReadAt === null || facts.creditNotesReadAt < facts.since
  const needed =
    (facts.creditNotesWanted && captured.length > 0) ||
    steps.some(s => s.verb === 'issue-credit-note' || s.verb === 'refund-credit-note')
  // Nothing goes back on a memory of the credit notes: another may have been written meanwhile.
  return unread && needed
    ? { steps: [{ verb: 'read-credit-notes' }], attention, wakeAt }
    : { steps, attention, wakeAt }
}

/** A Lago credit note that wants money sent back and is not the answer to a Dodo refund. */
const isAsking = (facts: Facts, note: CreditNoteFact): boolean =>
  note.refundAmount > 0n &&
  note.refundStatus === 'pending' &&
  note.dodoRefundId === null &&
  !facts.intents.some(i => i.verb === 'issue-credit-note' && i.result['credit_note_id'] === note.id)

/** Its refund failed, and a person has to know it until they say that they do. */
const wasToldFailed = (facts: Facts, note: CreditNoteFact): boolean =>
  findIntent(facts.intents, 'set-refund-status', `${note.id}:failed`) !== undefined

/**
 * A refund made in the Dodo dashboard and a credit note written in Lago for the same amount are one intention: money
 * goes back once. Keyed by credit note and by refund.
 */
function pairUp(
  facts: Facts,
  shares: readonly RefundShare[],
): Map<string, RefundShare & { note: CreditNoteFact }> {
  const pairs = new Map<string, RefundShare & { note: CreditNoteFact }>()
  const free = facts.creditNotes.filter(
    n =>
      isAsking(facts, n) &&
      !facts.intents.some(i => i.verb === 'refund-credit-note' && i.key.startsWith(`${n.id}:`)),
  )
  for (const share of shares) {
    const { refund, amount } = share
    if (askedByNote(facts, refund) || facts.creditNotes.some(n => n.dodoRefundId === refund.id)) continue
    if (findIntent(facts.intents, 'issue-credit-note', refund.id)?.state === 'done') continue
    const note = free.find(n => n.refundAmount === amount && !pairs.has(n.id))
    if (note) pairs.set(note.id, { ...share, note }).set(refund.id, { ...share, note })
  }
  return pairs
}
