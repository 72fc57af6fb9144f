import type { Customer } from 'dodopayments/resources/customers/customers'
import type { Currency, Metadata } from 'dodopayments/resources/misc'
import type { BillingAddress, IntentStatus, Payment } from 'dodopayments/resources/payments'
import { notFound } from '../api-error.ts'
import type { Line, PaymentRow } from '../state.ts'
import { emit, now, type World } from '../world.ts'
import { limited } from './customers.ts'

export interface NewPayment {
  customer: Customer
  billing: BillingAddress
  currency: Currency
  gross: number
  tax: number
  /** The merchant's side, when the customer pays in another currency. */
  base?: { currency: Currency; gross: number; tax: number }
  lines: Line[]
  metadata: Metadata
  sessionId?: string
  subscriptionId?: string
  cart?: Payment['product_cart']
  isUpdatePaymentMethod?: boolean
  retryAttempt?: number
}

export function openPayment(world: World, input: NewPayment): PaymentRow {
  const { settlement } = world.options
  const base = input.base ?? { currency: input.currency, gross: input.gross, tax: input.tax }
  const rate = settlement?.rate ?? 1
  const id = world.random.id('pay_')
  const at = now(world)
  const payment: Payment = {
    payment_id: id,
    business_id: world.businessId,
    brand_id: world.brandId,
    created_at: at,
    updated_at: at,
    status: null,
    currency: input.currency,
    total_amount: input.gross,
    tax: input.tax,
    settlement_currency: (settlement?.currency as Currency | undefined) ?? base.currency,
    settlement_amount: Math.round(base.gross * rate),
    settlement_tax: Math.round(base.tax * rate),
    customer: limited(input.customer),
    billing: { ...input.billing },
    metadata: { ...input.metadata },
    refunds: [],
    disputes: [],
    refund_status: null,
    digital_products_delivered: false,
    payment_provider: 'dodo',
    retry_attempt: input.retryAttempt ?? 0,
    is_update_payment_method: input.isUpdatePaymentMethod ?? false,
    is_multi_subscription: false,
    subscription_ids: input.subscriptionId ? [input.subscriptionId] : [],
    subscription_id: input.subscriptionId ?? null,
    checkout_session_id: input.sessionId ?? null,
    product_cart: input.cart ?? null,
    payment_method: null,
    payment_method_type: null,
    payment_method_id: null,
    card_last_four: null,
    card_network: null,
    card_type: null,
    card_issuing_country: null,
    card_holder_name: null,
    error_code: null,
    error_message: null,
    payment_link: null,
    invoice_id: null,
    invoice_url: null,
    discounts: null,
    discount_id: null,
    custom_field_responses: null,
  }
  return world.state.payments.add({ payment, lines: input.lines })
}

export function getPayment(world: World, id: string): PaymentRow {
  const row = world.state.payments.get(id)
  if (!row) throw notFound('Payment', id)
  return row
}

const ANNOUNCED: Partial<Record<IntentStatus, string>> = {
  succeeded: 'payment.succeeded',
  failed: 'payment.failed',
  cancelled: 'payment.cancelled',
  processing: 'payment.processing',
}

/** Moves a payment on. `silent` leaves the webhook out; statuses without an event never send one. */
export async function movePayment(
  world: World,
  { payment }: PaymentRow,
  status: IntentStatus,
  { errorCode, silent = false }: { errorCode?: string | undefined; silent?: boolean } = {},
): Promise<void> {
  payment.status = status
  payment.updated_at = now(world)
  payment.error_code = status === 'failed' ? (errorCode ?? 'GENERIC_DECLINE') : null
  payment.error_message = payment.error_code && `The payment was declined: ${payment.error_code}`
  if (status === 'succeeded') {
    payment.invoice_id = world.random.id('inv_')
    payment.invoice_url = `${world.baseUrl}/invoices/payments/${payment.payment_id}`
  }
  const type = ANNOUNCED[status]
  if (type && !silent) await emit(world, type, 'Payment', () => payment)
}

export function isOpen(status: IntentStatus | null | undefined): boolean {
  return status !== 'succeeded' && status !== 'failed' && status !== 'cancelled'
}
