import type { Context } from '../context.ts'
import type { CustomerRow } from '../state/customer.ts'

/** Plain text fields a caller may set. */
export const TEXT_FIELDS = [
  'name',
  'firstname',
  'lastname',
  'email',
  'url',
  'phone',
  'logo_url',
  'legal_name',
  'legal_number',
  'tax_identification_number',
  'timezone',
  'external_salesforce_id',
  'address_line1',
  'address_line2',
  'city',
  'zipcode',
  'state',
  'country',
] as const satisfies readonly (keyof CustomerRow)[]

const NO_ADDRESS = {
  address_line1: null,
  address_line2: null,
  city: null,
  zipcode: null,
  state: null,
  country: null,
}

/** A stored customer with nothing but its ids. */
export function newCustomer(ctx: Context, external_id: string): CustomerRow {
  const now = ctx.clock.now()
  const sequential_id = ctx.state.customers.size + 1
  const customer: CustomerRow = {
    lago_id: ctx.uuid(),
    external_id,
    sequential_id,
    slug: `${ctx.organization.document_number_prefix}-${String(sequential_id).padStart(3, '0')}`,
    account_type: 'customer',
    name: null,
    firstname: null,
    lastname: null,
    customer_type: null,
    email: null,
    url: null,
    phone: null,
    logo_url: null,
    legal_name: null,
    legal_number: null,
    tax_identification_number: null,
    timezone: null,
    net_payment_term: null,
    external_salesforce_id: null,
    finalize_zero_amount_invoice: 'inherit',
    ...NO_ADDRESS,
    currency: null,
    payment_provider: null,
    payment_provider_code: null,
    provider_customer_id: null,
    document_locale: null,
    invoice_grace_period: null,
    shipping_address: { ...NO_ADDRESS },
    metadata: [],
    created_at: now,
    updated_at: now,
    invoices: [],
    wallets: [],
    numbered_invoices: 0,
  }
  ctx.state.customers.set(customer.lago_id, customer)
  ctx.state.customersByExternalId.set(external_id, customer)
  return customer
}
