import type {
  Customer,
  CustomerRetrievePaymentMethodsResponse,
} from 'dodopayments/resources/customers/customers'
import type { GetDispute } from 'dodopayments/resources/disputes'
import type { Currency } from 'dodopayments/resources/misc'
import type { Payment } from 'dodopayments/resources/payments'
import type { Product } from 'dodopayments/resources/products/products'
import type { Refund } from 'dodopayments/resources/refunds'
import type { Subscription } from 'dodopayments/resources/subscriptions'
import type { WebhookDetails } from 'dodopayments/resources/webhooks/webhooks'
import type { CheckoutRequest } from './schemas.ts'
import { Table } from './table.ts'

/** One line of a payment: what was charged for it and what of that went back. Minor units, tax included. */
export interface Line {
  productId: string
  name: string
  description: string | null
  gross: number
  tax: number
  refunded: number
}

export interface PaymentRow {
  payment: Payment
  lines: Line[]
}

export interface ProductRow {
  product: Product
  archived: boolean
}

export interface RefundRow {
  refund: Refund
  /** What each line gives back. */
  shares: { line: Line; amount: number }[]
}

export type PaymentMethod = CustomerRetrievePaymentMethodsResponse.Item

export interface SubscriptionRow {
  subscription: Subscription
  /** What a failed charge left unpaid, until a new payment method settles it. */
  dues: { amount: number; currency: Currency } | null
  /** The newest charge, for the rule of one open charge at a time. */
  lastPaymentId: string | null
  failuresInARow: number
}

export type SessionPurpose = { kind: 'checkout' } | { kind: 'update-payment-method'; subscriptionId: string }

export interface SessionRow {
  id: string
  createdAt: string
  expiresAt: number
  request: CheckoutRequest
  purpose: SessionPurpose
  customerId: string | null
  paymentId: string | null
  subscriptionId: string | null
}

export interface WebhookRow {
  details: WebhookDetails
  /** Newest first; the older ones sign too until they end. */
  secrets: { secret: string; until: number | null }[]
  headers: Record<string, string>
}

export function createState() {
  return {
    products: new Table<ProductRow>(
      row => row.product.product_id,
      row => row.product.created_at,
    ),
    customers: new Table<Customer>(
      row => row.customer_id,
      row => row.created_at,
    ),
    /** By lower-case e-mail, oldest first. */
    customersByEmail: new Map<string, Customer[]>(),
    paymentMethods: new Map<string, PaymentMethod[]>(),
    sessions: new Table<SessionRow>(
      row => row.id,
      row => row.createdAt,
    ),
    payments: new Table<PaymentRow>(
      row => row.payment.payment_id,
      row => row.payment.created_at,
      {
        customer: row => row.payment.customer.customer_id,
        subscription: row => row.payment.subscription_id ?? undefined,
      },
    ),
    refunds: new Table<RefundRow>(
      row => row.refund.refund_id,
      row => row.refund.created_at,
      { customer: row => row.refund.customer.customer_id },
    ),
    disputes: new Table<GetDispute>(
      row => row.dispute_id,
      row => row.created_at,
    ),
    subscriptions: new Table<SubscriptionRow>(
      row => row.subscription.subscription_id,
      row => row.subscription.created_at,
      { customer: row => row.subscription.customer.customer_id },
    ),
    webhooks: new Table<WebhookRow>(
      row => row.details.id,
      row => row.details.created_at,
    ),
    /** `idempotency_key` of `POST /webhooks` to endpoint id. */
    webhookKeys: new Map<string, string>(),
  }
}

export type State = ReturnType<typeof createState>
