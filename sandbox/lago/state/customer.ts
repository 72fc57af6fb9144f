import type { InvoiceRow } from './invoice.ts'
import type { WalletRow } from './wallet.ts'

export interface CustomerMetadataRow {
  lago_id: string
  key: string
  value: string
  display_in_invoice: boolean
  created_at: Date
}

export interface AddressRow {
  address_line1: string | null
  address_line2: string | null
  city: string | null
  zipcode: string | null
  state: string | null
  country: string | null
}

/** Fields a caller may set as they are. */
export interface CustomerFields extends AddressRow {
  name: string | null
  firstname: string | null
  lastname: string | null
  customer_type: 'company' | 'individual' | null
  /** May hold several addresses, separated by commas. */
  email: string | null
  url: string | null
  phone: string | null
  logo_url: string | null
  legal_name: string | null
  legal_number: string | null
  tax_identification_number: string | null
  timezone: string | null
  /** Days. */
  net_payment_term: number | null
  external_salesforce_id: string | null
  finalize_zero_amount_invoice: 'inherit' | 'skip' | 'finalize'
}

export interface CustomerRow extends CustomerFields {
  lago_id: string
  external_id: string
  sequential_id: number
  slug: string
  account_type: 'customer' | 'partner'
  currency: string | null
  /** Set when one of Lago's own payment providers collects from this customer. */
  payment_provider: string | null
  payment_provider_code: string | null
  provider_customer_id: string | null
  document_locale: string | null
  /** Days; only a licensed Lago keeps it. */
  invoice_grace_period: number | null
  shipping_address: AddressRow
  metadata: CustomerMetadataRow[]
  created_at: Date
  updated_at: Date
  /** Everything of this customer, oldest first. */
  invoices: InvoiceRow[]
  wallets: WalletRow[]
  /** How many invoices have a final number. */
  numbered_invoices: number
}
