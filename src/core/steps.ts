import type { SessionCause } from './facts.ts'
import type { DodoDisputeId, DodoPaymentId, DodoRefundId, DodoSessionId, LagoCreditNoteId } from './ids.ts'
import type { IntentFact } from './intent.ts'

/** Steps that only read. */
export type ReadStep =
  | { verb: 'read-invoice' }
  | { verb: 'read-session'; sessionId: DodoSessionId }
  | { verb: 'read-payment'; paymentId: DodoPaymentId }
  | { verb: 'read-credit-notes' }
  | { verb: 'read-topup' }
  /** Ask Lago whether it knows a payment by its reference, before calling it one too many. */
  | { verb: 'find-record'; paymentId: DodoPaymentId }
  /** Find out by reading whether the intent's call took effect. */
  | { verb: 'verify'; intent: IntentFact }

/**
 * Steps that change something outside; `key` makes each unique on its payable. Amounts in Lago's minor unit.
 * `completes`: with this payment nothing more is owed. `whole`: the refund leaves nothing of the payment.
 */
export type EffectStep =
  | {
      verb: 'open-checkout'
      key: string
      attempt: number
      cause: SessionCause
      amount: bigint
      currency: string
      productId: string
    }
  | { verb: 'publish-link'; key: string; url: string }
  | {
      verb: 'record-payment'
      key: string
      paymentId: DodoPaymentId
      amount: bigint
      currency: string
      paidAt: Date
      completes: boolean
    }
  | { verb: 'mark-failed'; key: string; paymentId: DodoPaymentId }
  | {
      verb: 'refund-payment'
      key: string
      paymentId: DodoPaymentId
      amount: bigint
      currency: string
      whole: boolean
      why: string
    }
  /** Adds the amount to an invoice that was only marked paid, so that Lago accepts a refund of it. */
  | { verb: 'record-amount'; key: string; paymentId: DodoPaymentId; amount: bigint; paidAt: Date }
  /** The Lago credit note of a Dodo refund; `amount` is what of it belongs to the invoice. */
  | {
      verb: 'issue-credit-note'
      key: string
      refundId: DodoRefundId
      paymentId: DodoPaymentId
      amount: bigint
      reason: string | null
    }
  /** The Dodo refund of a Lago credit note; `amount` is what goes back to the customer, `net` what the note asks for. */
  | {
      verb: 'refund-credit-note'
      key: string
      creditNoteId: LagoCreditNoteId
      paymentId: DodoPaymentId
      net: bigint
      amount: bigint
      currency: string
      whole: boolean
    }
  | {
      verb: 'set-refund-status'
      key: string
      creditNoteId: LagoCreditNoteId
      status: 'succeeded' | 'failed'
      refundId: DodoRefundId | null
    }
  /** Without a licence: the refund is written beside the invoice. `total`: all of them together. */
  | { verb: 'note-refund'; key: string; refundId: DodoRefundId; total: bigint }
  | { verb: 'lose-dispute'; key: string; disputeId: DodoDisputeId }
  /**
   * Credits a top-up that was paid; `amount` is what it cost. `paymentId`: or what an operator wrote who began to give
   * the credits by hand.
   */
  | { verb: 'credit-balance'; key: string; paymentId: DodoPaymentId; amount: bigint }
  /** Takes back what went back to the payer: `key` is the refund's or the dispute's id, `credits` what it stands for. */
  | {
      verb: 'debit-balance'
      key: string
      paymentId: DodoPaymentId
      amount: bigint
      credits: bigint
      why: string
    }

export type Step = ReadStep | EffectStep
export type Verb = Step['verb']

const READING = new Set<Verb>([
  'read-invoice',
  'read-session',
  'read-payment',
  'read-credit-notes',
  'read-topup',
  'find-record',
  'verify',
])

export const onlyReads = (step: Step): step is ReadStep => READING.has(step.verb)
