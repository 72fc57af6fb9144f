import { z } from 'zod'
import type { PaymentStatus, RefundStatus } from '../core/facts.ts'
import type { DodoPaymentId, DodoRefundId } from '../core/ids.ts'
import { fromDodo } from './units.ts'
import { claimOf } from './webhook.ts'

/** What a list shows of a payment: no session, tax, error, refunds or disputes. Amount in Lago's minor unit. */
export type ListedPayment = {
  id: DodoPaymentId
  /** The payable that its metadata names; null for a payment of another system. */
  claimedKey: string | null
  status: PaymentStatus | null
  amount: bigint
  currency: string
  createdAt: Date
}

export type ListedRefund = {
  id: DodoRefundId
  paymentId: DodoPaymentId
  status: RefundStatus
  /** Null while Dodo does not tell it yet. */
  amount: bigint | null
  currency: string
  createdAt: Date
}

const paymentSchema = z.object({
  payment_id: z.string().min(1),
  status: z.string().nullish(),
  total_amount: z.number().int(),
  currency: z.string(),
  created_at: z.string(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
})

const refundSchema = z.object({
  refund_id: z.string().min(1),
  payment_id: z.string().min(1),
  status: z.string(),
  amount: z.number().int().nullish(),
  currency: z.string().nullish(),
  created_at: z.string(),
})

/** Source: the Dodo API's `PaymentListResponse`. Throws ZodError. */
export function toListedPayment(json: unknown): ListedPayment {
  const payment = paymentSchema.parse(json)
  const currency = payment.currency.toUpperCase()
  return {
    id: payment.payment_id as DodoPaymentId,
    claimedKey: claimOf(payment.metadata ?? {}),
    status: payment.status ?? null,
    amount: fromDodo(payment.total_amount, currency).amount,
    currency,
    createdAt: new Date(payment.created_at),
  }
}

/** Source: the Dodo API's `RefundListItem`. Throws ZodError. */
export function toListedRefund(json: unknown): ListedRefund {
  const refund = refundSchema.parse(json)
  const currency = (refund.currency ?? '').toUpperCase()
  return {
    id: refund.refund_id as DodoRefundId,
    paymentId: refund.payment_id as DodoPaymentId,
    status: refund.status,
    amount: refund.amount == null ? null : fromDodo(refund.amount, currency).amount,
    currency,
    createdAt: new Date(refund.created_at),
  }
}
