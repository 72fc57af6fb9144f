import type { TopupPaymentRow } from '../../db/queries/topup-payments.ts'

/** A payment in the words of the contract: every field is there, text is never null. */
export const paymentRecord = (row: TopupPaymentRow) => ({
  payment_id: row.paymentId,
  provider: row.provider,
  topup_id: row.topupId,
  user_id: row.userId,
  provider_session_id: row.providerSessionId,
  provider_payment_id: row.providerPaymentId,
  provider_order_id: '',
  credits: row.credits,
  amount_minor: row.amountMinor,
  currency: row.currency,
  status: row.status,
  checkout_url: row.checkoutUrl,
  metadata_json: JSON.stringify({ note: row.note, provider: row.provider, product_id: row.productId }),
  reason: row.reason,
  refund_status: row.refundStatus,
  refunded_minor: row.refundedMinor,
  expires_at: row.expiresAt?.toISOString() ?? '',
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})

/** What the buyer needs to go on to the checkout. */
export const checkoutAnswer = (row: TopupPaymentRow) => ({
  payment_id: row.paymentId,
  provider: row.provider,
  topup_id: row.topupId,
  provider_session_id: row.providerSessionId,
  provider_payment_id: row.providerPaymentId,
  provider_order_id: '',
  checkout_url: row.checkoutUrl,
  status: row.status,
})
