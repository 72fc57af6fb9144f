import type { Context } from '../context.ts'
import { seconds } from '../dates.ts'
import type { PaymentRequestRow, PaymentRow } from '../state/payment.ts'
import { customerObject } from './customer.ts'
import { invoiceObject } from './invoice.ts'
import { asCurrency, type WirePayment, type WirePaymentRequest } from './wire.ts'

/** A manual payment. Source: lago-api app/serializers/v1/payment_serializer.rb. */
export function paymentObject(payment: PaymentRow): WirePayment {
  return {
    lago_id: payment.lago_id,
    lago_customer_id: payment.customer.lago_id,
    external_customer_id: payment.customer.external_id,
    invoice_ids: [payment.invoice.lago_id],
    invoice_numbers: [payment.invoice.number],
    lago_payable_id: payment.invoice.lago_id,
    payable_type: 'Invoice',
    amount_cents: payment.amount_cents,
    amount_currency: asCurrency(payment.amount_currency),
    status: 'succeeded',
    payment_status: 'succeeded',
    type: 'manual',
    reference: payment.reference,
    payment_provider_code: null,
    payment_provider_type: null,
    external_payment_id: null,
    provider_payment_id: null,
    provider_customer_id: null,
    next_action: null,
    created_at: seconds(payment.created_at),
  }
}

/** Source: lago-api app/serializers/v1/payment_request_serializer.rb. */
export function paymentRequestObject(ctx: Context, request: PaymentRequestRow): WirePaymentRequest {
  return {
    lago_id: request.lago_id,
    email: request.email,
    amount_cents: request.amount_cents,
    amount_currency: asCurrency(request.amount_currency),
    payment_status: request.payment_status,
    created_at: seconds(request.created_at),
    customer: customerObject(ctx, request.customer),
    invoices: request.invoices.map(invoice => invoiceObject(ctx, invoice, [])),
  }
}
