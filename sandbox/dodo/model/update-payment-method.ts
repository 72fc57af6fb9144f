import type { SubscriptionUpdatePaymentMethodResponse } from 'dodopayments/resources/subscriptions'
import { ApiError, notFound } from '../api-error.ts'
import type { SubscriptionRow } from '../state.ts'
import type { World } from '../world.ts'
import { preparePayment } from './pay-session.ts'
import { movePayment } from './payments.ts'
import { createSession, sessionUrl } from './sessions.ts'
import { replacePaymentMethod } from './settle-session.ts'

type Choice =
  | { type: 'new'; return_url?: string | null | undefined }
  | { type: 'existing'; payment_method_id: string }

/** A new method needs the customer on a page; an existing one takes over at once and pays what is due. */
export async function updatePaymentMethodWith(
  world: World,
  { subscription }: SubscriptionRow,
  choice: Choice,
): Promise<SubscriptionUpdatePaymentMethodResponse> {
  const { status, subscription_id, customer } = subscription
  if (status !== 'active' && status !== 'on_hold') {
    throw new ApiError('SUBSCRIPTION_INACTIVE', `Subscription ${subscription_id} is not active`)
  }
  const methods = world.state.paymentMethods.get(customer.customer_id) ?? []
  if (
    choice.type === 'existing' &&
    !methods.some(each => each.payment_method_id === choice.payment_method_id)
  ) {
    throw notFound('Payment method', choice.payment_method_id)
  }
  const session = createSession(
    world,
    {
      product_cart: [],
      customer: { customer_id: customer.customer_id },
      metadata: subscription.metadata,
      ...(choice.type === 'new' && { return_url: choice.return_url }),
    },
    { kind: 'update-payment-method', subscriptionId: subscription_id },
  )
  session.subscriptionId = subscription_id
  const row = preparePayment(world, session)
  const { payment_id, total_amount } = row.payment
  if (choice.type === 'new') {
    row.payment.status = 'requires_payment_method'
    row.payment.payment_link = sessionUrl(world, session)
    return {
      payment_id,
      payment_link: sessionUrl(world, session),
      client_secret: `${payment_id}_secret_${world.random.id('')}`,
      expires_on: new Date(session.expiresAt).toISOString(),
    }
  }
  row.payment.payment_method_id = choice.payment_method_id
  await movePayment(world, row, 'succeeded')
  await replacePaymentMethod(world, subscription_id, choice.payment_method_id)
  return {
    payment_id: total_amount > 0 ? payment_id : null,
    payment_link: null,
    client_secret: null,
    expires_on: null,
  }
}
