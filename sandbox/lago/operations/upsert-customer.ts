import type { Context } from '../context.ts'
import { unprocessable } from '../errors.ts'
import type { FieldErrors } from '../rules/credit-note-input.ts'
import { isCurrency } from '../rules/currency.ts'
import { CUSTOMER_METADATA, replaceMetadata } from '../rules/replace-metadata.ts'
import { customerObject } from '../serialize/customer.ts'
import type { CustomerMetadataRow, CustomerRow } from '../state/customer.ts'
import { newCustomer, TEXT_FIELDS } from './new-customer.ts'

const PROVIDERS: readonly unknown[] = [
  'stripe',
  'gocardless',
  'cashfree',
  'adyen',
  'flutterwave',
  'moneyhash',
]
const EMAIL = /^[^@\s,]+@[^@\s,]+$/

/**
 * POST /customers: creates or changes by `external_id`; what is not sent stays. A provider Lago does not know fails
 * only when it is to be linked, and then after the customer itself was saved.
 * Source: lago-api app/services/customers/upsert_from_api_service.rb.
 */
export function upsertCustomer(ctx: Context, params: Record<string, unknown>): CustomerRow {
  const external_id = params['external_id']
  if (typeof external_id !== 'string' || external_id.trim() === '') {
    throw unprocessable({ external_id: ['value_is_mandatory'] })
  }
  const existing = ctx.state.customersByExternalId.get(external_id)
  const errors = fieldErrors(params, existing)
  if (Object.keys(errors).length > 0) throw unprocessable(errors)
  const metadata = newMetadata(ctx, existing, params['metadata'])
  const customer = existing ?? newCustomer(ctx, external_id)
  assign(ctx, customer, params)
  if (metadata) customer.metadata = metadata
  customer.updated_at = ctx.clock.now()
  ctx.emit(existing ? 'customer.updated' : 'customer.created', () => customerObject(ctx, customer))
  linkProvider(customer, params['billing_configuration'])
  return customer
}

function fieldErrors(params: Record<string, unknown>, existing: CustomerRow | undefined): FieldErrors {
  const errors: FieldErrors = {}
  const { email, currency, country } = params as { email?: unknown; currency?: unknown; country?: unknown }
  if (typeof email === 'string' && email !== '' && !email.split(',').every(part => EMAIL.test(part.trim()))) {
    errors['email'] = ['invalid_email_format']
  }
  if (currency !== undefined && currency !== null) {
    if (!isCurrency(currency)) errors['currency'] = ['value_is_invalid']
    else if (existing && existing.invoices.length > 0 && existing.currency !== currency) {
      errors['currency'] = ['currencies_does_not_match']
    }
  }
  if (typeof country === 'string' && country !== '' && !/^[A-Z]{2}$/.test(country)) {
    errors['country'] = ['not_a_valid_country_code']
  }
  return errors
}

function newMetadata(
  ctx: Context,
  existing: CustomerRow | undefined,
  given: unknown,
): CustomerMetadataRow[] | undefined {
  if (!Array.isArray(given)) return undefined
  const result = replaceMetadata(existing?.metadata ?? [], given, CUSTOMER_METADATA, ctx.uuid)
  if (!result.ok) throw unprocessable(result.errors)
  return result.kept.map(({ lago_id, key, value, before, given: fields }) => ({
    lago_id,
    key,
    value,
    display_in_invoice:
      typeof fields['display_in_invoice'] === 'boolean'
        ? fields['display_in_invoice']
        : (before?.display_in_invoice ?? false),
    created_at: before?.created_at ?? ctx.clock.now(),
  }))
}

function assign(ctx: Context, customer: CustomerRow, params: Record<string, unknown>): void {
  for (const field of TEXT_FIELDS) {
    if (field in params) customer[field] = typeof params[field] === 'string' ? params[field] : null
  }
  if (isCurrency(params['currency'])) customer.currency = params['currency']
  const { customer_type, net_payment_term, finalize_zero_amount_invoice, account_type } = params
  if (customer_type === 'company' || customer_type === 'individual') customer.customer_type = customer_type
  if (typeof net_payment_term === 'number' || net_payment_term === null)
    customer.net_payment_term = net_payment_term
  if (finalize_zero_amount_invoice === 'skip' || finalize_zero_amount_invoice === 'finalize') {
    customer.finalize_zero_amount_invoice = finalize_zero_amount_invoice
  }
  if (account_type === 'partner' || account_type === 'customer') customer.account_type = account_type
  const shipping = params['shipping_address']
  if (typeof shipping === 'object' && shipping !== null) Object.assign(customer.shipping_address, shipping)
  const billing = (params['billing_configuration'] ?? {}) as Record<string, unknown>
  if (typeof billing['document_locale'] === 'string') customer.document_locale = billing['document_locale']
  if (typeof billing['invoice_grace_period'] === 'number' && ctx.settings.premium) {
    customer.invoice_grace_period = billing['invoice_grace_period']
  }
}

function linkProvider(customer: CustomerRow, given: unknown): void {
  if (typeof given !== 'object' || given === null || !('payment_provider' in given)) return
  const billing = given as Record<string, unknown>
  const { payment_provider, payment_provider_code, provider_customer_id, sync_with_provider } = billing
  if (payment_provider === null) {
    customer.payment_provider = null
    customer.payment_provider_code = null
    customer.provider_customer_id = null
  } else if (PROVIDERS.includes(payment_provider)) {
    customer.payment_provider = String(payment_provider)
    customer.payment_provider_code = typeof payment_provider_code === 'string' ? payment_provider_code : null
    customer.provider_customer_id = typeof provider_customer_id === 'string' ? provider_customer_id : null
  } else if (customer.payment_provider === null && (provider_customer_id || sync_with_provider === true)) {
    throw unprocessable({ base: ['payment_provider_not_found'] })
  }
}
