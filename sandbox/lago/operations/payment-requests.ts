import type { Context } from '../context.ts'
import { forbidden, notAllowed, notFound } from '../errors.ts'
import { paymentRequestObject } from '../serialize/payment.ts'
import { dueOf } from '../state/invoice.ts'
import type { PaymentRequestRow } from '../state/payment.ts'

export interface PaymentRequestParams {
  external_customer_id?: unknown
  email?: unknown
  lago_invoice_ids?: unknown
}

/** POST /payment_requests. Source: lago-api app/services/payment_requests/create_service.rb. */
export function createPaymentRequest(ctx: Context, params: PaymentRequestParams): PaymentRequestRow {
  if (!ctx.settings.premium) throw forbidden()
  const customer = ctx.state.customersByExternalId.get(String(params.external_customer_id ?? ''))
  if (!customer) throw notFound('customer')
  const ids = Array.isArray(params.lago_invoice_ids) ? (params.lago_invoice_ids as unknown[]) : []
  const invoices = ids.flatMap(id => {
    const invoice = ctx.state.invoices.get(String(id))
    return invoice && invoice.customer === customer ? [invoice] : []
  })
  const [first] = invoices
  if (!first) throw notFound('invoice')
  if (invoices.some(invoice => !invoice.payment_overdue)) throw notAllowed('invoices_not_overdue')
  if (invoices.some(invoice => invoice.currency !== first.currency)) {
    throw notAllowed('invoices_have_different_currencies')
  }
  if (invoices.some(invoice => !invoice.ready_for_payment_processing)) {
    throw notAllowed('invoices_not_ready_for_payment_processing')
  }
  const request: PaymentRequestRow = {
    lago_id: ctx.uuid(),
    customer,
    invoices,
    amount_cents: invoices.reduce((sum, invoice) => sum + dueOf(invoice), 0),
    amount_currency: first.currency,
    email: typeof params.email === 'string' ? params.email : customer.email,
    payment_status: 'pending',
    order: ctx.state.nextOrder(),
    created_at: ctx.clock.now(),
  }
  ctx.state.paymentRequests.set(request.lago_id, request)
  for (const invoice of invoices) invoice.payment_requests.push(request)
  ctx.emit('payment_request.created', () => paymentRequestObject(ctx, request))
  return request
}
