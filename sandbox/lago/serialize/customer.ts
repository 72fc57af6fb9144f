import type { Context } from '../context.ts'
import { seconds } from '../dates.ts'
import { has } from '../rules/version.ts'
import type { CustomerRow } from '../state/customer.ts'
import { asCurrency, type Country, type WireCustomer } from './wire.ts'

/** Source: lago-api app/serializers/v1/customer_serializer.rb. */
export function customerObject(ctx: Context, customer: CustomerRow): WireCustomer {
  return {
    lago_id: customer.lago_id,
    ...(has(ctx.settings.version, 'billingEntityCode') && {
      billing_entity_code: ctx.organization.billing_entity_code,
    }),
    external_id: customer.external_id,
    account_type: customer.account_type,
    name: customer.name,
    firstname: customer.firstname,
    lastname: customer.lastname,
    customer_type: customer.customer_type,
    sequential_id: customer.sequential_id,
    slug: customer.slug,
    created_at: seconds(customer.created_at),
    updated_at: seconds(customer.updated_at),
    country: customer.country as Country | null,
    address_line1: customer.address_line1,
    address_line2: customer.address_line2,
    state: customer.state,
    zipcode: customer.zipcode,
    email: customer.email,
    city: customer.city,
    url: customer.url,
    phone: customer.phone,
    logo_url: customer.logo_url,
    legal_name: customer.legal_name,
    legal_number: customer.legal_number,
    currency: customer.currency === null ? null : asCurrency(customer.currency),
    tax_identification_number: customer.tax_identification_number,
    timezone: customer.timezone,
    applicable_timezone: (customer.timezone ?? 'UTC') as WireCustomer['applicable_timezone'],
    net_payment_term: customer.net_payment_term,
    external_salesforce_id: customer.external_salesforce_id,
    finalize_zero_amount_invoice: customer.finalize_zero_amount_invoice,
    billing_configuration: {
      invoice_grace_period: customer.invoice_grace_period,
      payment_provider: customer.payment_provider,
      payment_provider_code: customer.payment_provider_code,
      document_locale: customer.document_locale,
      subscription_invoice_issuing_date_anchor: null,
      subscription_invoice_issuing_date_adjustment: null,
      ...(customer.payment_provider !== null &&
        customer.provider_customer_id !== null && { provider_customer_id: customer.provider_customer_id }),
    },
    shipping_address: customer.shipping_address,
    skip_invoice_custom_sections: false,
    metadata: customer.metadata.map(entry => ({
      lago_id: entry.lago_id,
      key: entry.key,
      value: entry.value,
      display_in_invoice: entry.display_in_invoice,
      created_at: seconds(entry.created_at),
    })),
  }
}
