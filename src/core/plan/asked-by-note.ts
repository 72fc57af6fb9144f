import type { Facts, RefundFact } from '../facts.ts'

/** The Lago credit note that a Dodo refund was made for, if we made it. */
export function askedByNote(facts: Facts, refund: RefundFact): string | null {
  const intent = facts.intents.find(
    i => i.verb === 'refund-credit-note' && i.result['refund_id'] === refund.id,
  )
  return refund.creditNoteId ?? intent?.key.split(':')[0] ?? null
}
