import type { Facts, FactsPatch, PaymentFact, RefundFact, SessionFact } from './facts.ts'
import type { IntentFact } from './intent.ts'
import { phaseOf } from './plan/payment-state.ts'

/** How final a payment's state is: a higher one is never replaced by a lower. */
const RANK = { customer: 0, open: 1, failed: 2, partial: 3, captured: 4 } as const

/**
 * What is known of a payment after hearing of it twice, in either order.
 * Success is final; a failure gives way only to success; below that the later word counts.
 */
export function mergePayment(a: PaymentFact, b: PaymentFact): PaymentFact {
  const byRank = RANK[phaseOf(a.status)] - RANK[phaseOf(b.status)]
  const order = byRank || a.readAt.getTime() - b.readAt.getTime()
  const [older, newer] = order > 0 ? [b, a] : [a, b]
  return {
    ...newer,
    sessionId: newer.sessionId ?? older.sessionId,
    productIds: newer.productIds.length > 0 ? newer.productIds : older.productIds,
    dodoCustomerId: newer.dodoCustomerId ?? older.dodoCustomerId,
    ...(newer.claim || older.claim ? { claim: newer.claim ?? older.claim ?? null } : {}),
  }
}

function mergeSession(a: SessionFact, b: SessionFact): SessionFact {
  const [older, newer] = a.readAt > b.readAt ? [b, a] : [a, b]
  return {
    ...newer,
    paymentId: newer.paymentId ?? older.paymentId,
    paymentStatus: newer.paymentStatus ?? older.paymentStatus,
  }
}

/** A refund or dispute that has ended stays ended. */
const mergeByFinality =
  <T extends { status: string }>(final: (status: string) => boolean) =>
  (a: T, b: T): T =>
    final(a.status) && !final(b.status) ? a : b

const refundIsFinal = (status: string) => status === 'succeeded' || status === 'failed'
const disputeIsFinal = (status: string) => !['dispute_opened', 'dispute_challenged'].includes(status)

const mergeRefund = (a: RefundFact, b: RefundFact): RefundFact => ({
  ...mergeByFinality<RefundFact>(refundIsFinal)(a, b),
  creditNoteId: a.creditNoteId ?? b.creditNoteId,
})

function mergeById<T extends { id: string }>(
  known: readonly T[],
  learned: readonly T[] | undefined,
  merge: (a: T, b: T) => T,
): readonly T[] {
  if (!learned || learned.length === 0) return known
  const byId = new Map(known.map(item => [item.id, item]))
  for (const item of learned) {
    const before = byId.get(item.id)
    byId.set(item.id, before ? merge(before, item) : item)
  }
  return [...byId.values()]
}

/** The facts after something was learned. Merging the same patch again changes nothing. */
export function mergeFacts(facts: Facts, patch: FactsPatch): Facts {
  return {
    ...facts,
    invoice:
      patch.invoice && (!facts.invoice || patch.invoice.readAt >= facts.invoice.readAt)
        ? patch.invoice
        : facts.invoice,
    ...(patch.topup ? { topup: patch.topup } : {}),
    missingAt: patch.missingAt ?? facts.missingAt,
    sessions: mergeById(facts.sessions, patch.sessions, mergeSession),
    payments: mergeById(facts.payments, patch.payments, mergePayment),
    refunds: mergeById(facts.refunds, patch.refunds, mergeRefund),
    disputes: mergeById(facts.disputes, patch.disputes, mergeByFinality(disputeIsFinal)),
    creditNotes: mergeById(facts.creditNotes, patch.creditNotes, (_, b) => b),
    creditNotesReadAt: patch.creditNotesReadAt ?? facts.creditNotesReadAt,
  }
}

/** The facts with one intent as it stands now. */
export const withIntent = (facts: Facts, intent: IntentFact): Facts => ({
  ...facts,
  intents: [...facts.intents.filter(i => i.verb !== intent.verb || i.key !== intent.key), intent],
})

/** Two patches as one; of the same thing the merged value is taken when it is applied. */
export const joinPatches = (a: FactsPatch, b: FactsPatch): FactsPatch => ({
  ...a,
  ...b,
  sessions: [...(a.sessions ?? []), ...(b.sessions ?? [])],
  payments: [...(a.payments ?? []), ...(b.payments ?? [])],
  refunds: [...(a.refunds ?? []), ...(b.refunds ?? [])],
  disputes: [...(a.disputes ?? []), ...(b.disputes ?? [])],
  creditNotes: [...(a.creditNotes ?? []), ...(b.creditNotes ?? [])],
})
