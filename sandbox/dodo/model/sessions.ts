import type { BillingAddress, Payment } from 'dodopayments/resources/payments'
import { ApiError, notFound } from '../api-error.ts'
import type { CheckoutRequest } from '../schemas.ts'
import type { PaymentRow, SessionPurpose, SessionRow } from '../state.ts'
import { now, type World } from '../world.ts'
import { priceCart } from './cart.ts'
import { getCustomer } from './customers.ts'
import { isOpen } from './payments.ts'

const HOUR = 3_600_000
const LIFETIME = 24 * HOUR
const CONFIRMED_LIFETIME = HOUR / 4

export function createSession(
  world: World,
  request: CheckoutRequest,
  purpose: SessionPurpose = { kind: 'checkout' },
): SessionRow {
  if (purpose.kind === 'checkout') checkRequest(world, request)
  return world.state.sessions.add({
    id: world.random.id('cks_'),
    createdAt: now(world),
    expiresAt: world.clock.now().getTime() + (request.confirm ? CONFIRMED_LIFETIME : LIFETIME),
    request,
    purpose,
    customerId: request.customer && 'customer_id' in request.customer ? request.customer.customer_id : null,
    paymentId: null,
    subscriptionId: null,
  })
}

export function getSession(world: World, id: string): SessionRow {
  const row = world.state.sessions.get(id)
  if (!row) throw notFound('Checkout session', id)
  return row
}

export function sessionUrl(world: World, session: SessionRow): string {
  return `${world.baseUrl}/session/${session.id}`
}

export type SessionState = 'open' | 'waiting' | 'consumed' | 'expired'

/** `waiting`: a payment is under way and needs the customer or the bank. */
export function sessionState(world: World, session: SessionRow): SessionState {
  const status = sessionPayment(world, session)?.payment.status
  if (status === 'succeeded') return 'consumed'
  if (status !== undefined && status !== null && status !== 'requires_payment_method' && isOpen(status))
    return 'waiting'
  return world.clock.now().getTime() >= session.expiresAt ? 'expired' : 'open'
}

export function sessionPayment(world: World, session: SessionRow): PaymentRow | undefined {
  return session.paymentId === null ? undefined : world.state.payments.get(session.paymentId)
}

/** Where the page sends the customer afterwards; a hint for the eye, no proof. */
export function returnUrl(session: SessionRow, payment: Payment): string | null {
  const target = session.request.return_url
  if (!target) return null
  try {
    const url = new URL(target)
    if (payment.subscription_id) url.searchParams.set('subscription_id', payment.subscription_id)
    else url.searchParams.set('payment_id', payment.payment_id)
    url.searchParams.set('status', payment.status ?? 'processing')
    url.searchParams.set('email', payment.customer.email)
    return url.toString()
  } catch {
    return null
  }
}

function checkRequest(world: World, request: CheckoutRequest): void {
  priceCart(world, request)
  const customerId =
    request.customer && 'customer_id' in request.customer ? request.customer.customer_id : null
  if (customerId !== null) getCustomer(world, customerId)
  if (request.discount_code && request.discount_codes) {
    throw invalid('discount_code and discount_codes exclude each other')
  }
  if (request.tax_id && !request.billing_address) throw invalid('tax_id needs billing_address.country')
  const types = request.allowed_payment_method_types
  if (types && !types.includes('credit') && !types.includes('debit')) {
    throw new ApiError(
      'NO_ELIGIBLE_PAYMENT_METHODS',
      'No eligible payment methods are available for this payment',
    )
  }
  if (request.payment_method_id) {
    if (!request.confirm || customerId === null) {
      throw invalid('payment_method_id needs confirm: true and an existing customer_id')
    }
    const methods = world.state.paymentMethods.get(customerId) ?? []
    if (!methods.some(method => method.payment_method_id === request.payment_method_id)) {
      throw notFound('Payment method', request.payment_method_id)
    }
  }
  if (request.confirm) {
    if (!request.customer) throw invalid('confirm needs customer')
    if (!isComplete(request.billing_address, request.minimal_address ?? false)) {
      throw invalid('confirm needs the whole billing_address')
    }
  }
}

function isComplete(
  address: { [Key in keyof BillingAddress]?: string | null | undefined } | null | undefined,
  minimal: boolean,
): boolean {
  if (!address) return false
  const needed = minimal ? [address.zipcode] : [address.zipcode, address.city, address.state, address.street]
  return needed.every(part => typeof part === 'string' && part.trim() !== '')
}

function invalid(message: string): ApiError {
  return new ApiError('INVALID_REQUEST_BODY', `Invalid request body: ${message}`)
}
