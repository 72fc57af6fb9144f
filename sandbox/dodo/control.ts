import type { Customer } from 'dodopayments/resources/customers/customers'
import type { GetDispute } from 'dodopayments/resources/disputes'
import type { CountryCode, Metadata } from 'dodopayments/resources/misc'
import type { Payment } from 'dodopayments/resources/payments'
import type { Product } from 'dodopayments/resources/products/products'
import type { Refund } from 'dodopayments/resources/refunds'
import type { Subscription } from 'dodopayments/resources/subscriptions'
import { ApiError } from './api-error.ts'
import { isCurrency } from './currencies.ts'
import { cardOf, showCard, storeCard } from './model/cards.ts'
import { finishCharge } from './model/charge.ts'
import { createCustomer, getCustomer } from './model/customers.ts'
import {
  type DisputeOutcome,
  getDispute,
  type NewDispute,
  openDispute,
  resolveDispute,
} from './model/disputes.ts'
import { type PayInput, paySession } from './model/pay-session.ts'
import { getPayment, isOpen, movePayment, openPayment } from './model/payments.ts'
import { createProduct, getProduct, type NewProduct } from './model/products.ts'
import { createRefund, getRefund, settleRefund } from './model/refunds.ts'
import { getSession } from './model/sessions.ts'
import { settleSession } from './model/settle-session.ts'
import { activate, createSubscription, getSubscription, moveSubscription } from './model/subscriptions.ts'
import { getWebhook, rotateSecret } from './model/webhooks.ts'
import type { ChargeScript, RefundScript } from './scripts.ts'
import { emit, type World } from './world.ts'

export interface ForeignPayment {
  amount: number
  currency: string
  metadata?: Metadata | undefined
  status?: 'succeeded' | 'failed' | 'cancelled' | 'processing' | undefined
  errorCode?: string | undefined
  customerId?: string | undefined
  email?: string | undefined
  country?: CountryCode | undefined
  productId?: string | undefined
}

export interface NewMandate {
  productId: string
  customerId?: string | undefined
  email?: string | undefined
  name?: string | undefined
  country?: CountryCode | undefined
  metadata?: Metadata | undefined
  card?: string | undefined
}

export type SettleOutcome = 'succeeded' | 'failed' | 'cancelled' | 'requires_customer_action'

/** What the customer, the bank and the merchant's dashboard do: everything the API itself has no call for. */
export function createControl(world: World) {
  const customerOf = (
    id: string | undefined,
    email = 'customer@example.com',
    name = 'Sandbox Customer',
  ): Customer => (id === undefined ? createCustomer(world, { email, name }) : getCustomer(world, id))

  return {
    product: (input: NewProduct): Product => createProduct(world, input),

    /** The customer sends the checkout page off. */
    async pay(sessionId: string, input: PayInput = {}): Promise<Payment> {
      return (await paySession(world, getSession(world, sessionId), input)).payment
    },

    /** The bank or the customer decides an open payment. */
    async settle(paymentId: string, outcome: SettleOutcome, errorCode?: string): Promise<Payment> {
      const row = getPayment(world, paymentId)
      const { payment } = row
      if (!isOpen(payment.status)) {
        throw new ApiError('UNSUPPORTED_ACTION', `Payment ${paymentId} is ${payment.status} already`)
      }
      const session = payment.checkout_session_id && getSession(world, payment.checkout_session_id)
      const subscription = payment.subscription_id && getSubscription(world, payment.subscription_id)
      if (session) {
        await movePayment(world, row, outcome, { errorCode })
        await settleSession(world, session, row)
      } else if (subscription) {
        await finishCharge(world, subscription, row, {
          outcome,
          ...(errorCode !== undefined && { errorCode }),
        })
      } else {
        await movePayment(world, row, outcome, { errorCode })
      }
      return payment
    },

    /** A refund made in the dashboard: it carries no metadata. Amount in minor units, tax included; default all. */
    async createRefund(paymentId: string, amount?: number, script?: RefundScript): Promise<Refund> {
      const row = getPayment(world, paymentId)
      const [line] = row.lines
      const items =
        amount === undefined ? null : [{ item_id: line?.productId ?? '', amount, tax_inclusive: true }]
      return (await createRefund(world, row, { items }, script ?? { initial: 'succeeded' })).refund
    },

    async settleRefund(refundId: string, outcome: 'succeeded' | 'failed'): Promise<Refund> {
      const row = getRefund(world, refundId)
      await settleRefund(world, row, outcome)
      return row.refund
    },

    openDispute: (paymentId: string, input: NewDispute = {}): Promise<GetDispute> =>
      openDispute(world, getPayment(world, paymentId), input),

    async resolveDispute(disputeId: string, outcome: DisputeOutcome, remarks?: string): Promise<GetDispute> {
      const dispute = getDispute(world, disputeId)
      await resolveDispute(world, dispute, outcome, remarks === undefined ? {} : { remarks })
      return dispute
    },

    /** A payment that no session of ours asked for, with whatever metadata its maker liked. */
    async createForeignPayment(input: ForeignPayment): Promise<Payment> {
      if (!isCurrency(input.currency))
        throw new ApiError('UNSUPPORTED_CURRENCY', `${input.currency} is unknown`)
      const productId = input.productId ?? world.random.id('pdt_')
      const row = openPayment(world, {
        customer: customerOf(input.customerId, input.email),
        billing: { country: input.country ?? 'US' },
        currency: input.currency,
        gross: input.amount,
        tax: 0,
        lines: [{ productId, name: 'Foreign', description: null, gross: input.amount, tax: 0, refunded: 0 }],
        metadata: input.metadata ?? {},
        cart: [{ product_id: productId, quantity: 1 }],
      })
      showCard(row.payment, cardOf(undefined))
      await movePayment(world, row, input.status ?? 'succeeded', { errorCode: input.errorCode })
      return row.payment
    },

    /** An active on-demand subscription, as after a finished mandate checkout, with its webhooks. */
    async createMandate(input: NewMandate): Promise<Subscription> {
      const { product } = getProduct(world, input.productId)
      const customer = customerOf(input.customerId, input.email, input.name)
      const metadata = input.metadata ?? {}
      const billing = { country: input.country ?? 'US' }
      const row = createSubscription(world, {
        customer,
        billing,
        product,
        onDemand: true,
        quantity: 1,
        metadata,
      })
      const { subscription } = row
      const card = cardOf(input.card)
      const method = storeCard(world, customer.customer_id, card)
      const authorisation = openPayment(world, {
        customer,
        billing,
        currency: subscription.currency,
        gross: 0,
        tax: 0,
        lines: [],
        metadata,
        subscriptionId: subscription.subscription_id,
      })
      showCard(authorisation.payment, card)
      authorisation.payment.payment_method_id = method.payment_method_id
      await movePayment(world, authorisation, 'succeeded')
      await activate(world, row, method.payment_method_id)
      return subscription
    },

    async moveSubscription(
      id: string,
      status: 'on_hold' | 'cancelled' | 'expired' | 'active',
    ): Promise<Subscription> {
      const row = getSubscription(world, id)
      await moveSubscription(world, row, status)
      return row.subscription
    },

    /** The outcomes of the next charges, in order. `key`: a subscription, a customer (one-click payments), or `*`. */
    scriptCharges: (key: string, ...scripts: ChargeScript[]) => world.charges.push(key, ...scripts),

    /** The outcomes of the next refunds, in order. `key`: a payment or `*`. */
    scriptRefunds: (key: string, ...scripts: RefundScript[]) => world.refunds.push(key, ...scripts),

    /** An event of any type, also one that nobody knows yet. */
    emit: (type: string, payloadType: string, data: object): Promise<void> =>
      emit(world, type, payloadType, () => data),

    /** Returns the new secret; the old one signs beside it for 24 hours. */
    rotateWebhookSecret: (endpointId: string, secret?: string): string =>
      rotateSecret(world, getWebhook(world, endpointId), secret),
  }
}

export type Control = ReturnType<typeof createControl>
