import { z } from 'zod'
import type { DisputeFact, PaymentFact, RefundFact } from '../core/facts.ts'
import { fromDodo } from './units.ts'

/**
 * What we read of Dodo's objects: unknown fields and enum values pass, and fields that older API versions lack
 * may be missing. Source: the Dodo API's `Payment`, `Refund` and `Dispute`, as the SDK types them.
 */
const whole = z.number().int()
/** What is longer is no id or code of Dodo's, and outgrows the indexes it would be kept in. */
const LONGEST_ID = 200
const id = z.string().min(1).max(LONGEST_ID)
/** A date that Postgres can keep. Without this a single odd one would fail every run of the invoice it names. */
const time = z.string().refine(text => /^\d{4}$/.test(String(new Date(text).getUTCFullYear())), 'no date')
const metadata = z.record(z.string(), z.unknown()).nullish()

/** Whether something can be an id of Dodo's. */
export const isDodoId = (value: unknown): value is string => id.safeParse(value).success

export const paymentSchema = z.object({
  payment_id: id,
  status: z.string().nullish(),
  total_amount: whole,
  tax: whole.nullish(),
  currency: id,
  checkout_session_id: z.string().max(LONGEST_ID).nullish(),
  product_cart: z.array(z.object({ product_id: z.string() })).nullish(),
  error_code: z.string().nullish(),
  is_update_payment_method: z.boolean().nullish(),
  customer: z.object({ customer_id: z.string().max(LONGEST_ID) }).nullish(),
  created_at: time.nullish(),
  metadata,
})

export const refundSchema = z.object({
  refund_id: id,
  payment_id: id,
  status: z.string(),
  amount: whole.nullish(),
  currency: z.string().max(LONGEST_ID).nullish(),
  reason: z.string().nullish(),
  created_at: time.nullish().transform(at => at ?? '1970-01-01T00:00:00Z'),
  metadata,
})

export const disputeSchema = z.object({
  dispute_id: id,
  payment_id: id,
  // A string of minor units; some examples show a number.
  amount: z.union([z.string().regex(/^\d{1,15}$/), whole]),
  currency: id,
  dispute_stage: z.string(),
  dispute_status: z.string(),
  is_resolved_by_rdr: z.boolean().nullish(),
  created_at: time,
})

export type DodoPayment = z.infer<typeof paymentSchema>
export type DodoRefund = z.infer<typeof refundSchema>
export type DodoDispute = z.infer<typeof disputeSchema>

/** A payment as a fact, in Lago's minor unit. `readAt`: when Dodo said it. */
export function toPaymentFact(payment: DodoPayment, readAt: Date): PaymentFact {
  const currency = payment.currency.toUpperCase()
  const total = fromDodo(payment.total_amount, currency)
  const tax = fromDodo(payment.tax ?? 0, currency)
  return {
    id: payment.payment_id as PaymentFact['id'],
    sessionId: (payment.checkout_session_id || null) as PaymentFact['sessionId'],
    status: payment.status ?? null,
    amount: total.amount,
    tax: tax.amount,
    currency,
    inexact: total.inexact || tax.inexact,
    productIds: (payment.product_cart ?? []).map(line => line.product_id),
    errorCode: payment.error_code ?? null,
    setup: payment.is_update_payment_method ?? false,
    dodoCustomerId: payment.customer?.customer_id ?? null,
    ...claimOf(payment),
    createdAt: payment.created_at ? new Date(payment.created_at) : readAt,
    readAt,
  }
}

/** Which payment of a top-up its maker says it is. */
function claimOf({ metadata }: DodoPayment): { claim?: string } {
  const claim = metadata?.['payment_id']
  return typeof claim === 'string' && claim !== '' ? { claim } : {}
}

/** A refund as a fact; null while Dodo does not tell its amount yet. */
export function toRefundFact(refund: DodoRefund): RefundFact | null {
  if (refund.amount == null || !refund.currency) return null
  const currency = refund.currency.toUpperCase()
  return {
    id: refund.refund_id as RefundFact['id'],
    paymentId: refund.payment_id as RefundFact['paymentId'],
    status: refund.status,
    amount: fromDodo(refund.amount, currency).amount,
    currency,
    reason: refund.reason ?? null,
    creditNoteId: (refund.metadata?.['lago_credit_note_id'] ?? null) as RefundFact['creditNoteId'],
    createdAt: new Date(refund.created_at),
  }
}

export function toDisputeFact(dispute: DodoDispute): DisputeFact {
  const currency = dispute.currency.toUpperCase()
  return {
    id: dispute.dispute_id as DisputeFact['id'],
    paymentId: dispute.payment_id as DisputeFact['paymentId'],
    stage: dispute.dispute_stage,
    status: dispute.dispute_status,
    amount: fromDodo(dispute.amount, currency).amount,
    currency,
    resolvedByRdr: dispute.is_resolved_by_rdr ?? false,
    createdAt: new Date(dispute.created_at),
  }
}
