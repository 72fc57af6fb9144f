import type { SessionCause } from './facts.ts'
import type { DodoPaymentId, DodoSessionId } from './ids.ts'
import type { IntentFact } from './intent.ts'

/** Steps that only read. */
export type ReadStep =
  | { verb: 'read-invoice' }
  | { verb: 'read-session'; sessionId: DodoSessionId }
  | { verb: 'read-payment'; paymentId: DodoPaymentId }
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

export type Step = ReadStep | EffectStep
export type Verb = Step['verb']

const READING = new Set<Verb>(['read-invoice', 'read-session', 'read-payment', 'find-record', 'verify'])

export const onlyReads = (step: Step): step is ReadStep => READING.has(step.verb)
