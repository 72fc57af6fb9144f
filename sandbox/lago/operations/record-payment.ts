import type { Context } from '../context.ts'
import { forbidden, internal, notFound, unprocessable } from '../errors.ts'
import type { FieldErrors } from '../rules/credit-note-input.ts'
import { has } from '../rules/version.ts'
import { type InvoiceRow, offsetOf } from '../state/invoice.ts'
import type { PaymentRow } from '../state/payment.ts'
import { setPaymentStatus } from './invoice-payment-status.ts'

export interface PaymentParams {
  invoice_id?: unknown
  amount_cents?: unknown
  reference?: unknown
  paid_at?: unknown
}

const MAX_REFERENCE = 40

/** POST /payments. Source: lago-api app/services/payments/manual_create_service.rb, app/models/payment.rb. */
export function recordPayment(ctx: Context, params: PaymentParams): PaymentRow {
  const { version } = ctx.settings
  const { invoice_id, amount_cents } = params
  if (isBlank(invoice_id)) throw unprocessable({ invoice_id: ['value_is_mandatory'] })
  if (typeof amount_cents !== 'number' || !Number.isInteger(amount_cents) || amount_cents <= 0) {
    throw has(version, 'paymentAmountChecked')
      ? unprocessable({ amount_cents: ['invalid_value'] })
      : internal()
  }
  const invoice = ctx.state.invoices.get(String(invoice_id))
  if (!invoice) throw notFound('invoice')
  if (invoice.invoice_type !== 'advance_charges') checkInvoice(ctx, invoice, params, amount_cents)
  return storePayment(ctx, invoice, {
    amount_cents,
    reference: isBlank(params.reference) ? '' : String(params.reference),
    created_at: isBlank(params.paid_at) ? ctx.clock.now() : new Date(String(params.paid_at)),
  })
}

function checkInvoice(ctx: Context, invoice: InvoiceRow, params: PaymentParams, amount: number): void {
  const { version, premium, premiumIntegrations } = ctx.settings
  const licensed = has(version, 'paymentsWithPlainLicence')
    ? premium
    : premium && premiumIntegrations.has('manual_payments')
  if (!licensed) throw forbidden()
  const open = invoice.status === 'finalized' || invoice.status === 'open'
  if (!open && has(version, 'paymentsOnlyOnFinalized')) throw forbidden()
  if (!isBlank(params.paid_at) && Number.isNaN(Date.parse(String(params.paid_at)))) {
    throw unprocessable({ paid_at: ['invalid_date'] })
  }
  const errors: FieldErrors = {}
  const add = (field: string, code: string) => {
    errors[field] ??= []
    errors[field].push(code)
  }
  if (isBlank(params.reference)) add('reference', 'value_is_mandatory')
  else if (String(params.reference).length > MAX_REFERENCE) add('reference', 'value_is_too_long')
  const due = invoice.total_amount_cents - invoice.total_paid_amount_cents - offsetOf(invoice)
  if (amount > due) add('amount_cents', 'value_is_out_of_range')
  if (invoice.invoice_type === 'credit' && amount !== invoice.total_amount_cents) {
    add('amount_cents', 'invalid_amount')
  }
  if (invoice.payment_requests.some(request => request.payment_status === 'succeeded')) {
    add('base', 'payment_request_is_already_succeeded')
  }
  if (Object.keys(errors).length > 0) throw unprocessable(errors)
}

/** Stores a payment; the invoice is settled only when payments and offsets equal its total exactly. */
export function storePayment(
  ctx: Context,
  invoice: InvoiceRow,
  given: { amount_cents: number; reference: string; created_at: Date },
): PaymentRow {
  const payment: PaymentRow = {
    lago_id: ctx.uuid(),
    customer: invoice.customer,
    invoice,
    amount_currency: invoice.currency,
    order: ctx.state.nextOrder(),
    ...given,
  }
  ctx.state.payments.set(payment.lago_id, payment)
  invoice.payments.push(payment)
  invoice.total_paid_amount_cents += payment.amount_cents
  invoice.updated_at = ctx.clock.now()
  if (invoice.total_paid_amount_cents + offsetOf(invoice) === invoice.total_amount_cents) {
    setPaymentStatus(ctx, invoice, 'succeeded', {
      silent: !has(ctx.settings.version, 'manualPaymentEmitsStatus'),
    })
  }
  return payment
}

const isBlank = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  (typeof value === 'string' && value.trim() === '')
