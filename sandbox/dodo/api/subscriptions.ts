import type {
  Subscription,
  SubscriptionListResponse,
  SubscriptionUpdatePaymentMethodResponse,
} from 'dodopayments/resources/subscriptions'
import type { Router } from '../../kernel/router.ts'
import { charge } from '../model/charge.ts'
import { getSubscription, moveSubscription } from '../model/subscriptions.ts'
import { updatePaymentMethodWith } from '../model/update-payment-method.ts'
import { matching, pageOf } from '../paging.ts'
import { chargeRequest, read, subscriptionPatch, updatePaymentMethod } from '../schemas.ts'
import { emit, type World } from '../world.ts'

export function subscriptionRoutes(router: Router, world: World): void {
  const { subscriptions } = world.state
  router
    .on('GET', '/subscriptions', ({ query }) => {
      const customer = query.get('customer_id')
      const rows = customer === null ? subscriptions.all() : subscriptions.by('customer', customer)
      return pageOf(
        subscriptions,
        rows,
        query,
        matching(query, {
          status: row => row.subscription.status,
          product_id: row => row.subscription.product_id,
          brand_id: row => row.subscription.brand_id,
          cancel_at_next_billing_date: row => row.subscription.cancel_at_next_billing_date,
        }),
        row => listItem(row.subscription),
      )
    })
    .on('GET', '/subscriptions/:id', ({ params }) =>
      Response.json(getSubscription(world, params['id'] ?? '').subscription),
    )
    .on('PATCH', '/subscriptions/:id', async ({ params, json }) => {
      const row = getSubscription(world, params['id'] ?? '')
      const { subscription } = row
      const patch = read(subscriptionPatch, json)
      if (patch.metadata) subscription.metadata = patch.metadata
      if (patch.next_billing_date) subscription.next_billing_date = patch.next_billing_date
      if (patch.billing) subscription.billing = { ...subscription.billing, country: patch.billing.country }
      if (typeof patch.cancel_at_next_billing_date === 'boolean') {
        subscription.cancel_at_next_billing_date = patch.cancel_at_next_billing_date
      }
      if (patch.status === 'cancelled') await moveSubscription(world, row, 'cancelled')
      else await emit(world, 'subscription.updated', 'Subscription', () => subscription)
      return Response.json(subscription)
    })
    .on('POST', '/subscriptions/:id/charge', async ({ params, json }) => {
      const row = getSubscription(world, params['id'] ?? '')
      const { payment } = await charge(world, row, read(chargeRequest, json))
      return Response.json({ payment_id: payment.payment_id })
    })
    .on('POST', '/subscriptions/:id/update-payment-method', async ({ params, json }) => {
      const row = getSubscription(world, params['id'] ?? '')
      const answer = await updatePaymentMethodWith(world, row, read(updatePaymentMethod, json))
      return Response.json(answer satisfies SubscriptionUpdatePaymentMethodResponse)
    })
}

function listItem(subscription: Subscription): SubscriptionListResponse {
  const {
    addons: _a,
    brand_id: _b,
    credit_entitlement_cart: _c,
    meter_credit_entitlement_cart: _m,
    meters: _me,
    expires_at: _e,
    discounts: _d,
    ...item
  } = subscription
  return { ...item, discounts: [] }
}
