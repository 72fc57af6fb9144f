import type { PaymentRow, SessionRow } from '../state.ts'
import { emit, type World } from '../world.ts'
import { cardOf, storeCard } from './cards.ts'
import { activate, getSubscription, moveSubscription } from './subscriptions.ts'

/** What a session's payment means for the subscription it sets up or repairs. */
export async function settleSession(
  world: World,
  session: SessionRow,
  { payment }: PaymentRow,
): Promise<void> {
  if (payment.status !== 'succeeded' && payment.status !== 'failed' && payment.status !== 'cancelled') return
  const succeeded = payment.status === 'succeeded'
  if (succeeded && !payment.payment_method_id) {
    payment.payment_method_id = storeCard(
      world,
      payment.customer.customer_id,
      cardOf(undefined),
    ).payment_method_id
  }
  const { purpose } = session
  if (purpose.kind === 'update-payment-method') {
    if (succeeded) await replacePaymentMethod(world, purpose.subscriptionId, payment.payment_method_id ?? '')
    return
  }
  if (session.subscriptionId === null) return
  const row = getSubscription(world, session.subscriptionId)
  if (!succeeded) {
    await moveSubscription(world, row, 'failed')
    return
  }
  await activate(world, row, payment.payment_method_id ?? '')
  if (payment.total_amount > 0)
    await emit(world, 'subscription.renewed', 'Subscription', () => row.subscription)
}

/** Puts a new payment method under a subscription; one on hold comes back to life. */
export async function replacePaymentMethod(
  world: World,
  subscriptionId: string,
  methodId: string,
): Promise<void> {
  const row = getSubscription(world, subscriptionId)
  row.subscription.payment_method_id = methodId
  row.subscription.has_payment_method = true
  await emit(world, 'subscription.update_payment_method', 'Subscription', () => row.subscription)
  row.dues = null
  row.failuresInARow = 0
  if (row.subscription.status === 'on_hold') await moveSubscription(world, row, 'active')
}
