import type { Customer } from 'dodopayments/resources/customers/customers'
import type { CountryCode } from 'dodopayments/resources/misc'
import type { IntentStatus } from 'dodopayments/resources/payments'
import { ApiError } from '../api-error.ts'
import { isCurrency } from '../currencies.ts'
import type { PaymentRow, SessionRow } from '../state.ts'
import type { World } from '../world.ts'
import { cardOf, showCard, storeCard } from './cards.ts'
import { priceCart } from './cart.ts'
import { createCustomer, findByEmail, getCustomer } from './customers.ts'
import { movePayment, openPayment } from './payments.ts'
import { getProduct } from './products.ts'
import { sessionPayment, sessionState } from './sessions.ts'
import { settleSession } from './settle-session.ts'
import { createSubscription } from './subscriptions.ts'

export interface PayInput {
  /** Default: what the card's number says, else succeeded. */
  outcome?: 'succeeded' | 'failed' | 'cancelled' | 'processing' | 'requires_customer_action' | undefined
  errorCode?: string | undefined
  /** A test card number. */
  card?: string | undefined
  paymentMethodType?: string | undefined
  /** Charge something else than was asked, minor units. */
  amountOverride?: number | undefined
  currencyOverride?: string | undefined
  country?: CountryCode | undefined
  taxId?: string | undefined
  /** What the customer typed where the session left the amount open. */
  amount?: number | undefined
  email?: string | undefined
  name?: string | undefined
}

/** What happens when a customer sends the checkout page off. */
export async function paySession(
  world: World,
  session: SessionRow,
  input: PayInput = {},
): Promise<PaymentRow> {
  const state = sessionState(world, session)
  if (state === 'expired') throw new ApiError('NOT_FOUND', `Checkout session ${session.id} has expired`)
  if (state !== 'open') {
    throw new ApiError('CHECKOUT_SESSION_CONSUMED', `Checkout session ${session.id} has already been used`)
  }
  const card = cardOf(input.card)
  const outcome: IntentStatus = input.outcome ?? (card.errorCode ? 'failed' : 'succeeded')
  const row = reusable(world, session) ?? preparePayment(world, session, input)
  const { payment } = row
  showCard(payment, card)
  if (input.paymentMethodType) payment.payment_method_type = input.paymentMethodType
  if (input.amountOverride !== undefined) overrideAmount(row, input.amountOverride)
  if (input.currencyOverride !== undefined && isCurrency(input.currencyOverride)) {
    payment.currency = input.currencyOverride
  }
  if (outcome === 'succeeded') {
    payment.payment_method_id = storeCard(world, payment.customer.customer_id, card).payment_method_id
  }
  await movePayment(world, row, outcome, { errorCode: input.errorCode ?? card.errorCode })
  await settleSession(world, session, row)
  return row
}

/** The payment of an earlier try, or one made at confirmation. A failed subscription is final, so its payment is too. */
function reusable(world: World, session: SessionRow): PaymentRow | undefined {
  const row = sessionPayment(world, session)
  if (!row) return undefined
  const fresh = row.payment.status === null || row.payment.status === 'requires_payment_method'
  if (fresh) return row
  return world.options.retryModel === 'same-payment' && !row.payment.subscription_id ? row : undefined
}

/** Makes the payment of a session: the row does not exist before the customer has filled in the page. */
export function preparePayment(world: World, session: SessionRow, input: PayInput = {}): PaymentRow {
  const { request, purpose } = session
  const cart =
    purpose.kind === 'checkout'
      ? priceCart(world, request, { country: input.country, taxId: input.taxId, typedAmount: input.amount })
      : duesCart(world, purpose.subscriptionId)
  const customer = customerOf(world, session, input)
  session.customerId = customer.customer_id
  const address = request.billing_address
  const billing = {
    country: cart.country,
    city: address?.city ?? null,
    state: address?.state ?? null,
    street: address?.street ?? null,
    zipcode: address?.zipcode ?? null,
  }
  const metadata = request.metadata ?? {}
  if (purpose.kind === 'checkout' && cart.isSubscription) {
    const [item] = request.product_cart
    const { product } = getProduct(world, item?.product_id ?? '')
    session.subscriptionId = createSubscription(world, {
      customer,
      billing,
      product,
      onDemand: Boolean(request.subscription_data?.on_demand),
      quantity: item?.quantity ?? 1,
      metadata,
    }).subscription.subscription_id
  }
  const row = openPayment(world, {
    customer,
    billing,
    currency: cart.currency,
    gross: cart.gross,
    tax: cart.tax,
    base: { currency: cart.baseCurrency, gross: cart.baseGross, tax: cart.baseTax },
    lines: cart.lines.map(({ productId, name, description, gross, tax }) => ({
      productId,
      name,
      description,
      gross,
      tax,
      refunded: 0,
    })),
    metadata,
    sessionId: session.id,
    ...(session.subscriptionId !== null && { subscriptionId: session.subscriptionId }),
    cart: cart.isSubscription
      ? null
      : request.product_cart.map(({ product_id, quantity }) => ({ product_id, quantity })),
    isUpdatePaymentMethod: purpose.kind === 'update-payment-method',
  })
  session.paymentId = row.payment.payment_id
  return row
}

/** A new payment method pays what a failed charge left open, or nothing. */
function duesCart(world: World, subscriptionId: string) {
  const row = world.state.subscriptions.get(subscriptionId)
  if (!row) throw new ApiError('NOT_FOUND', `Subscription ${subscriptionId} does not exist`)
  const { subscription, dues } = row
  const gross = subscription.status === 'on_hold' ? (dues?.amount ?? 0) : 0
  const currency = dues?.currency ?? subscription.currency
  const name = world.state.products.get(subscription.product_id)?.product.name ?? subscription.product_id
  return {
    lines: [{ productId: subscription.product_id, name, description: null, gross, tax: 0 }],
    currency,
    gross,
    tax: 0,
    baseCurrency: currency,
    baseGross: gross,
    baseTax: 0,
    country: subscription.billing.country,
    isSubscription: true,
  }
}

function customerOf(world: World, session: SessionRow, input: PayInput): Customer {
  if (session.customerId !== null) return getCustomer(world, session.customerId)
  const { customer, feature_flags } = session.request
  const given = customer && 'email' in customer ? customer : undefined
  const email = given?.email ?? input.email ?? 'customer@example.com'
  const known = feature_flags?.['always_create_new_customer'] ? undefined : findByEmail(world, email)
  return known ?? createCustomer(world, { email, name: given?.name ?? input.name ?? 'Sandbox Customer' })
}

function overrideAmount(row: PaymentRow, amount: number): void {
  const { payment } = row
  const tax =
    payment.total_amount === 0 ? 0 : Math.round(((payment.tax ?? 0) * amount) / payment.total_amount)
  payment.total_amount = amount
  payment.settlement_amount = amount
  payment.tax = tax
  payment.settlement_tax = tax
  const [line] = row.lines
  if (line) row.lines = [{ ...line, gross: amount, tax }]
}
