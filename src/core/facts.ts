import type {
  DodoDisputeId,
  DodoPaymentId,
  DodoRefundId,
  DodoSessionId,
  LagoCreditNoteId,
  LagoInvoiceId,
  PayableKey,
  TopupId,
} from './ids.ts'
import type { IntentFact } from './intent.ts'
import type { ParkReason } from './park.ts'

/** All amounts here are `bigint`s in Lago's minor unit of the currency named beside them. */

export type InvoiceStatus = 'draft' | 'finalized' | 'voided' | 'failed' | 'pending' | (string & {})
export type LagoPaymentStatus = 'pending' | 'succeeded' | 'failed' | (string & {})

/** What Lago said of the invoice when it was last read. */
export type InvoiceFact = {
  id: LagoInvoiceId
  number: string
  type: string
  status: InvoiceStatus
  paymentStatus: LagoPaymentStatus
  currency: string
  total: bigint
  /** `total_due_amount_cents`, or the total where Lago is too old to send it. A PUT leaves it as it was. */
  due: bigint
  /** `total_paid_amount_cents`; null where Lago is too old to send it. */
  paid: bigint | null
  selfBilled: boolean
  /** Another payment provider is linked to the customer: Lago collects by itself. */
  nativeProvider: string | null
  disputeLost: boolean
  /** Of a `credit` invoice: the wallet transaction that it is for, and the top-up if that was paid for here before. */
  walletTransactionId?: string
  topupId?: string
  customer: CustomerFact
  metadata: readonly MetadataEntry[]
  readAt: Date
}

export type MetadataEntry = { id: string; key: string; value: string }

export type CustomerFact = {
  externalId: string
  name: string | null
  /** The first of a comma-separated list; null if Lago has none. */
  email: string | null
  /** ISO 3166 alpha-2, upper case. */
  country: string | null
  city: string | null
  state: string | null
  street: string | null
  zipcode: string | null
  /** The customer's metadata `dodo_customer_id`, if the merchant keeps one. */
  dodoCustomerId: string | null
}

/** Why a checkout was opened: a new invoice, a use of the pay link, or another attempt after a failure. */
export type SessionCause = 'invoice' | 'link' | 'retry'

/** A Dodo checkout session: one way to pay, for one amount. */
export type SessionFact = {
  id: DodoSessionId
  attempt: number
  cause: SessionCause
  amount: bigint
  currency: string
  productId: string
  url: string
  createdAt: Date
  expiresAt: Date
  /** Dodo's words for the payment made in it, once there is one. */
  paymentId: DodoPaymentId | null
  paymentStatus: PaymentStatus | null
  readAt: Date
}

/** Source: `IntentStatus` of the Dodo API; null right after creation. */
export type PaymentStatus =
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'processing'
  | 'requires_customer_action'
  | 'requires_merchant_action'
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_capture'
  | 'partially_captured'
  | 'partially_captured_and_capturable'
  | (string & {})

export type PaymentFact = {
  id: DodoPaymentId
  sessionId: DodoSessionId | null
  status: PaymentStatus | null
  /** What the customer paid, tax included. */
  amount: bigint
  tax: bigint
  currency: string
  /** Dodo's amount is not a whole number of Lago's minor units (only HUF): never equal to what was asked. */
  inexact: boolean
  productIds: readonly string[]
  errorCode: string | null
  /** A charge that only verifies or replaces a payment method: never settles anything. */
  setup: boolean
  dodoCustomerId: string | null
  /** Its metadata `payment_id`: which payment of a top-up its maker says it is. */
  claim?: string | null
  createdAt: Date
  /** When Dodo last spoke of it, by webhook or by answer. */
  readAt: Date
}

export type RefundStatus = 'succeeded' | 'failed' | 'pending' | 'review' | (string & {})

export type RefundFact = {
  id: DodoRefundId
  paymentId: DodoPaymentId
  status: RefundStatus
  amount: bigint
  currency: string
  reason: string | null
  /** Its metadata `lago_credit_note_id`: it was made by us for that credit note. Null where Dodo does not show it. */
  creditNoteId: LagoCreditNoteId | null
  createdAt: Date
}

export type DisputeFact = {
  id: DodoDisputeId
  paymentId: DodoPaymentId
  stage: string
  status: string
  amount: bigint
  currency: string
  resolvedByRdr: boolean
  createdAt: Date
}

export type CreditNoteFact = {
  id: LagoCreditNoteId
  number: string
  refundAmount: bigint
  refundStatus: string | null
  /** Its `metadata.dodo_refund_id`: the note was made by us for that refund. */
  dodoRefundId: string | null
  createdAt: Date
}

/** What a person decided about something that was parked. */
export type Resolution = { reason: ParkReason; about: string; action: string; by: string; at: Date }

/** What the top-up's keeper said of it when it was last read. It alone says how much is owed. */
export type TopupFact = {
  id: TopupId
  /** Also the external id of the customer in Lago. */
  userId: string
  /** 1,000,000 are one unit of the currency. */
  credits: bigint
  amount: bigint
  currency: string
  /** `processing`: it is being credited, for `creditedFor` and nothing else. */
  status: 'pending' | 'processing' | 'paid' | 'canceled' | (string & {})
  note: string
  /** What it is or was credited for: a payment's id, or what an operator wrote. Null where the keeper does not tell. */
  creditedFor: string | null
  readAt: Date
}

/** The one payment by which a top-up is bought through a provider. */
export type TopupCheckoutFact = {
  /** `pay_` and a digest: what the buyer's side knows it by. */
  paymentId: string
  provider: string
  /** Where the pages are that the payer comes back to, without a trailing slash. */
  resultBase: string
}

export type Facts = {
  kind: 'invoice' | 'topup'
  key: PayableKey
  /** When this run began: anything read before is not fresh. */
  since: Date
  /** What Lago says; null if it was never read. */
  invoice: InvoiceFact | null
  /** Of a top-up; null if it was never read. */
  topup?: TopupFact | null
  checkout?: TopupCheckoutFact | null
  /** When Lago, or the keeper of the top-ups, last said that it knows no such thing. */
  missingAt: Date | null
  /** Something was heard that does not agree with what was last read. */
  lookWanted: boolean
  /** When somebody last asked that everything be read again. */
  lookRequestedAt: Date | null
  /** Payments that were heard of in a form that did not say enough. */
  unclear: readonly DodoPaymentId[]
  /** When somebody last asked the pay link for a way to pay. */
  linkRequestedAt: Date | null
  /** When "retry payment" was last pressed in Lago. */
  retryRequestedAt: Date | null
  payToken: string
  sessions: readonly SessionFact[]
  payments: readonly PaymentFact[]
  refunds: readonly RefundFact[]
  disputes: readonly DisputeFact[]
  creditNotes: readonly CreditNoteFact[]
  /** When the credit notes were last read; null if never. */
  creditNotesReadAt: Date | null
  /** A credit note was heard of that is not known yet. */
  creditNotesWanted: boolean
  intents: readonly IntentFact[]
  resolutions: readonly Resolution[]
}

/** What a step learned. Each entry replaces or joins the one with the same id. */
export type FactsPatch = {
  invoice?: InvoiceFact
  topup?: TopupFact
  missingAt?: Date
  sessions?: readonly SessionFact[]
  payments?: readonly PaymentFact[]
  refunds?: readonly RefundFact[]
  disputes?: readonly DisputeFact[]
  creditNotes?: readonly CreditNoteFact[]
  /** With `creditNotes`: they are all there are. */
  creditNotesReadAt?: Date
}
