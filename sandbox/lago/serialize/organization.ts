import type { OrganizationObject, WebhookEndpointObject } from 'lago-javascript-client'
import type { Context } from '../context.ts'
import { seconds } from '../dates.ts'
import { has } from '../rules/version.ts'
import type { WebhookEndpointRow } from '../state/webhook-endpoint.ts'
import { asCurrency } from './wire.ts'

type WireOrganization = Omit<OrganizationObject, 'country' | 'billing_configuration'> & {
  country: string | null
  billing_configuration: {
    invoice_footer: string | null
    invoice_grace_period: number
    document_locale: string
  }
}

/** Holds neither the HMAC key nor the licence. Source: lago-api app/serializers/v1/organization_serializer.rb. */
export function organizationObject(ctx: Context): WireOrganization {
  const { organization, state } = ctx
  const urls = [...state.webhookEndpoints.values()].map(endpoint => endpoint.webhook_url)
  return {
    lago_id: organization.lago_id,
    name: organization.name,
    slug: organization.slug,
    default_currency: asCurrency(organization.default_currency),
    created_at: seconds(organization.created_at),
    webhook_url: urls[0] ?? null,
    webhook_urls: urls,
    country: null,
    address_line1: null,
    address_line2: null,
    state: null,
    zipcode: null,
    email: null,
    city: null,
    legal_name: null,
    legal_number: null,
    timezone: 'UTC',
    net_payment_term: organization.net_payment_term,
    email_settings: [],
    document_numbering: 'per_customer',
    document_number_prefix: organization.document_number_prefix,
    tax_identification_number: null,
    finalize_zero_amount_invoice: true,
    billing_configuration: { invoice_footer: null, invoice_grace_period: 0, document_locale: 'en' },
    events_store: 'postgres',
    taxes: [],
  }
}

export function webhookEndpointObject(ctx: Context, endpoint: WebhookEndpointRow): WebhookEndpointObject {
  return {
    lago_id: endpoint.lago_id,
    lago_organization_id: ctx.organization.lago_id,
    webhook_url: endpoint.webhook_url,
    signature_algo: endpoint.signature_algo,
    ...(has(ctx.settings.version, 'eventTypesFilter') && {
      name: endpoint.name,
      event_types: endpoint.event_types,
    }),
    created_at: seconds(endpoint.created_at),
  }
}
