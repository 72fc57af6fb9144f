import type { Customer } from 'dodopayments/resources/customers/customers'
import type { Metadata } from 'dodopayments/resources/misc'
import type { BillingAddress } from 'dodopayments/resources/payments'
import type { Product } from 'dodopayments/resources/products/products'
import type { Subscription, SubscriptionStatus, TimeInterval } from 'dodopayments/resources/subscriptions'
import { notFound } from '../api-error.ts'
import type { SubscriptionRow } from '../state.ts'
import { emit, now, type World } from '../world.ts'
import { limited } from './customers.ts'

export interface NewSubscription {
  customer: Customer
  billing: BillingAddress
  product: Product
  onDemand: boolean
  quantity: number
  metadata: Metadata
}

export function createSubscription(world: World, input: NewSubscription): SubscriptionRow {
  const { price } = input.product
  if (price.type !== 'recurring_price') throw new TypeError('a subscription needs a recurring product')
  const at = now(world)
  const subscription: Subscription = {
    subscription_id: world.random.id('sub_'),
    brand_id: world.brandId,
    product_id: input.product.product_id,
    status: 'pending',
    on_demand: input.onDemand,
    customer: limited(input.customer),
    billing: { ...input.billing },
    currency: price.currency,
    metadata: { ...input.metadata },
    recurring_pre_tax_amount: price.price,
    tax_inclusive: price.tax_inclusive ?? false,
    quantity: input.quantity,
    created_at: at,
    previous_billing_date: at,
    next_billing_date: addInterval(at, price.payment_frequency_count, price.payment_frequency_interval),
    expires_at: addInterval(at, price.subscription_period_count, price.subscription_period_interval),
    cancel_at_next_billing_date: false,
    cancelled_at: null,
    has_payment_method: false,
    payment_method_id: null,
    payment_frequency_count: price.payment_frequency_count,
    payment_frequency_interval: price.payment_frequency_interval,
    subscription_period_count: price.subscription_period_count,
    subscription_period_interval: price.subscription_period_interval,
    trial_period_days: 0,
    addons: [],
    meters: [],
    credit_entitlement_cart: [],
    meter_credit_entitlement_cart: [],
  }
  return world.state.subscriptions.add({ subscription, dues: null, lastPaymentId: null, failuresInARow: 0 })
}

export function getSubscription(world: World, id: string): SubscriptionRow {
  const row = world.state.subscriptions.get(id)
  if (!row) throw notFound('Subscription', id)
  return row
}

/** Moves a subscription and announces it as `subscription.<event>`; the event is named after the status unless said. */
export async function moveSubscription(
  world: World,
  { subscription }: SubscriptionRow,
  status: SubscriptionStatus,
  event: string = status,
): Promise<void> {
  subscription.status = status
  if (status === 'cancelled') subscription.cancelled_at = now(world)
  await emit(world, `subscription.${event}`, 'Subscription', () => subscription)
}

/** Activates a new mandate and plans its end. */
export async function activate(world: World, row: SubscriptionRow, paymentMethodId: string): Promise<void> {
  row.subscription.has_payment_method = true
  row.subscription.payment_method_id = paymentMethodId
  const { expires_at } = row.subscription
  if (expires_at) {
    world.clock.schedule(new Date(expires_at), async () => {
      if (row.subscription.status === 'active' || row.subscription.status === 'on_hold') {
        await moveSubscription(world, row, 'expired')
      }
    })
  }
  await moveSubscription(world, row, 'active')
}

function addInterval(iso: string, count: number, interval: TimeInterval): string {
  const date = new Date(iso)
  if (interval === 'Day') date.setUTCDate(date.getUTCDate() + count)
  if (interval === 'Week') date.setUTCDate(date.getUTCDate() + 7 * count)
  if (interval === 'Month') date.setUTCMonth(date.getUTCMonth() + count)
  if (interval === 'Year') date.setUTCFullYear(date.getUTCFullYear() + count)
  return date.toISOString()
}
