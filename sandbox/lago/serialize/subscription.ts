import type { BillingPeriodObject } from 'lago-javascript-client'
import { seconds } from '../dates.ts'
import type { InvoiceRow } from '../state/invoice.ts'

/** The subscription an invoice bills, as far as a collector of money can see it. */
export function subscriptions(invoice: InvoiceRow): unknown[] {
  const { subscription, customer } = invoice
  if (!subscription) return []
  return [
    {
      lago_id: subscription.lago_id,
      external_id: subscription.external_id,
      lago_customer_id: customer.lago_id,
      external_customer_id: customer.external_id,
      name: null,
      plan_code: subscription.plan_code,
      status: 'active',
      billing_time: 'calendar',
      subscription_at: seconds(customer.created_at),
      started_at: seconds(customer.created_at),
      ending_at: null,
      trial_ended_at: null,
      created_at: seconds(customer.created_at),
      canceled_at: null,
      terminated_at: null,
      previous_plan_code: null,
      next_plan_code: null,
      downgrade_plan_date: null,
      current_billing_period_started_at: `${invoice.issuing_date}T00:00:00Z`,
      current_billing_period_ending_at: null,
    },
  ]
}

export function billingPeriods(invoice: InvoiceRow): BillingPeriodObject[] {
  const { subscription, issuing_date } = invoice
  if (!subscription) return []
  return [
    {
      lago_subscription_id: subscription.lago_id,
      external_subscription_id: subscription.external_id,
      lago_plan_id: subscription.lago_plan_id,
      subscription_from_datetime: `${issuing_date}T00:00:00Z`,
      subscription_to_datetime: `${issuing_date}T23:59:59Z`,
      charges_from_datetime: `${issuing_date}T00:00:00Z`,
      charges_to_datetime: `${issuing_date}T23:59:59Z`,
      invoicing_reason: 'subscription_periodic',
    },
  ]
}
