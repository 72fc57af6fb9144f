import type { CreditNoteFact } from '../core/facts.ts'
import type { LagoCreditNote } from './client.ts'

/** Stands in the description too: before v1.37 a credit note has no metadata. */
const MARK = /\bDodo refund (\S+)/

export const REFUND_METADATA_KEY = 'dodo_refund_id'

/** How a credit note of ours is described, so that it is found again in any version of Lago. */
export const describeRefund = (refundId: string, paymentId: string): string =>
  `Dodo refund ${refundId} of payment ${paymentId}`

/** A credit note of Lago's as a fact. */
export function toCreditNoteFact(note: LagoCreditNote): CreditNoteFact {
  const named = note.metadata?.[REFUND_METADATA_KEY]
  return {
    id: note.lago_id as CreditNoteFact['id'],
    number: note.number ?? note.lago_id,
    refundAmount: BigInt(note.refund_amount_cents ?? 0),
    refundStatus: note.refund_status ?? null,
    dodoRefundId: typeof named === 'string' ? named : (note.description?.match(MARK)?.[1] ?? null),
    createdAt: new Date(note.created_at ?? 0),
  }
}
