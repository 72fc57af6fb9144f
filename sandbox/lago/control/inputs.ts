import type { InvoiceStatus, InvoiceType, PaymentStatus } from '../rules/credit-note-input.ts'
import type { FeeItemType } from '../state/invoice.ts'

/** Fields of POST /customers; `external_id` is made up when missing. */
export interface CustomerInput {
  external_id?: string
  name?: string | null
  email?: string | null
  country?: string | null
  currency?: string | null
  net_payment_term?: number | null
  /** One of Lago's own: Lago then collects itself. */
  payment_provider?: string | null
  metadata?: { key: string; value: string }[]
  [field: string]: unknown
}

export interface FeeInput {
  amount_cents: number
  tax_codes?: string[]
  type?: FeeItemType
  code?: string
  name?: string
  description?: string | null
  units?: number
}

export interface TaxInput {
  rate: number
  code?: string
  name?: string
}

export interface InvoiceInput {
  /** External id of a customer, made when unknown; or the fields of one. Default: `cust_1`. */
  customer?: string | CustomerInput
  currency?: string
  /** Minor units before coupons and taxes; a number is one fee. Default: one of 1000. */
  fees?: (number | FeeInput)[]
  /** Percentages, or taxes with code and name. Default: none. */
  taxes?: (number | TaxInput)[]
  /** Minor units; a number is one coupon. */
  coupons?: (number | { code?: string; name?: string; amount_cents: number })[]
  progressive_billing_credit_amount_cents?: number
  credit_notes_amount_cents?: number
  prepaid_credit_amount_cents?: number
  /** Default: subscription. */
  invoice_type?: InvoiceType
  /** Default: finalized. */
  status?: InvoiceStatus
  payment_status?: PaymentStatus
  self_billed?: boolean
  net_payment_term?: number
  issuing_date?: string
  purchase_order_number?: string
  external_subscription_id?: string
  version_number?: number
  metadata?: { key: string; value: string }[]
  /** Taxes came from a tax provider, so even a one-off is announced as `invoice.created`. */
  tax_provider?: boolean
  /** Pay in advance: one `fee.created` for each fee besides. */
  pay_in_advance?: boolean
  /** No webhook. */
  silent?: boolean
}

export interface InvoiceRef {
  invoice_id: string
}
