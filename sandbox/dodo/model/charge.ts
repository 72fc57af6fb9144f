import { ApiError } from '../api-error.ts'
import { isChargeable } from '../currencies.ts'
import type { ChargeRequest } from '../schemas.ts'
import type { ChargeScript } from '../scripts.ts'
import type { PaymentRow, SubscriptionRow } from '../state.ts'
import { taxed } from '../tax.ts'
import { later, type World } from '../world.ts'
import { checkMinimum } from './cart.ts'
import { getCustomer } from './customers.ts'
import { isOpen, movePayment, openPayment } from './payments.ts'
import { getProduct } from './products.ts'
import { moveSubscription } from './subscriptions.ts'

const RETRY_LIMIT = 10

/** Charges a mandate. The outcome comes later, by the clock. */
export async function charge(
  world: World,
  row: SubscriptionRow,
  request: ChargeRequest,
): Promise<PaymentRow> {
  checkChargeable(world, row)
  const { subscription } = row
  const currency = request.product_currency ?? subscription.currency
  if (!isChargeable(currency)) throw new ApiError('UNSUPPORTED_CURRENCY', `${currency} is not supported`)
  const percent = world.options.taxRates[subscription.billing.country] ?? 0
  const { gross, tax } = taxed(request.product_price, percent, subscription.tax_inclusive)
  checkMinimum(gross, currency, false)

  const { product } = getProduct(world, subscription.product_id)
  const payment = openPayment(world, {
    customer: getCustomer(world, subscription.customer.customer_id),
    billing: subscription.billing,
    currency,
    gross,
    tax,
    lines: [
      {
        productId: product.product_id,
        name: product.name ?? product.product_id,
        description: request.product_description ?? null,
        gross,
        tax,
        refunded: 0,
      },
    ],
    // Without metadata of its own a charge wears the subscription's.
    metadata: request.metadata ?? subscription.metadata,
    subscriptionId: subscription.subscription_id,
    retryAttempt: row.failuresInARow,
  })
  payment.payment.payment_method_id = subscription.payment_method_id ?? null
  payment.payment.payment_method = 'card'
  row.lastPaymentId = payment.payment.payment_id

  const script = world.charges.next(subscription.subscription_id)
  await movePayment(world, payment, 'processing', { silent: !script.announceProcessing })
  await later(world, script.afterMs ?? 1000, () => finishCharge(world, row, payment, script))
  return payment
}

/** Ends an open charge; one that ended already stays as it is. */
export async function finishCharge(
  world: World,
  row: SubscriptionRow,
  payment: PaymentRow,
  { outcome, errorCode }: ChargeScript,
): Promise<void> {
  if (outcome === 'hang' || !isOpen(payment.payment.status)) return
  await movePayment(world, payment, outcome, { errorCode })
  const { subscription } = row
  if (outcome === 'succeeded') {
    row.failuresInARow = 0
    row.dues = null
    if (subscription.status === 'on_hold') await moveSubscription(world, row, 'active')
  }
  if (outcome === 'failed') {
    row.failuresInARow += 1
    row.dues = { amount: payment.payment.total_amount, currency: payment.payment.currency }
    if (subscription.status === 'active') await moveSubscription(world, row, 'on_hold')
  }
}

function checkChargeable(world: World, row: SubscriptionRow): void {
  const { subscription } = row
  const id = subscription.subscription_id
  if (!subscription.on_demand)
    throw new ApiError('SUBSCRIPTION_NOT_ON_DEMAND', `Subscription ${id} is not on demand`)
  if (subscription.status === 'expired')
    throw new ApiError('SUBSCRIPTION_EXPIRED', `Subscription ${id} has expired`)
  const held = subscription.status === 'on_hold' && world.options.onHoldModel === 'chargeable'
  if (subscription.status !== 'active' && !held) {
    throw new ApiError('SUBSCRIPTION_INACTIVE', `Subscription ${id} is not active`)
  }
  if (subscription.cancel_at_next_billing_date) {
    throw new ApiError(
      'CHARGE_NOT_ALLOWED_FOR_SCHEDULED_CANCELLATION',
      `Subscription ${id} is scheduled for cancellation`,
    )
  }
  const last = row.lastPaymentId === null ? undefined : world.state.payments.get(row.lastPaymentId)
  if (last && isOpen(last.payment.status)) {
    throw new ApiError(
      'PREVIOUS_PAYMENT_PENDING',
      'Cannot create new charge as previous payment is not successful yet',
    )
  }
  if (row.failuresInARow > RETRY_LIMIT) {
    throw new ApiError('SUBSCRIPTION_PAYMENT_RETRY_LIMIT_EXCEEDED', `Subscription ${id} failed too often`)
  }
}
