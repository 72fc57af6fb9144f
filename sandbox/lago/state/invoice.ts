import type { InvoiceStatus, InvoiceType, PaymentStatus } from '../rules/credit-note-input.ts'
import type { CreditNoteRow } from './credit-note.ts'
import type { CustomerRow } from './customer.ts'
import type { PaymentRequestRow, PaymentRow } from './payment.ts'
import type { WalletTransactionRow } from './wallet.ts'

export interface MetadataRow {
  lago_id: string
  key: string
  value: string
  created_at: Date
}

export type FeeItemType = 'charge' | 'fixed_charge' | 'add_on' | 'subscription' | 'credit' | 'commitment'

export interface FeeRow {
  lago_id: string
  item_type: FeeItemType
  code: string
  name: string
  description: string | null
  /** Id of the plan's subscription, billable metric, add-on or wallet transaction behind the fee. */
  lago_item_id: string
  amount_cents: number
  precise_coupons_amount_cents: number
  taxes_amount_cents: number
  taxes_precise_amount_cents: number
  taxes_rate: number
  tax_codes: readonly string[]
  units: number
  /** In minor units. */
  unit_amount_cents: number
  payment_status: PaymentStatus | 'refunded'
}

export interface InvoiceTaxRow {
  lago_id: string
  lago_tax_id: string
  code: string
  name: string
  rate: number
  amount_cents: number
  fees_amount_cents: number
}

export interface CreditRow {
  lago_id: string
  type: 'coupon' | 'credit_note' | 'invoice'
  code: string
  name: string
  lago_item_id: string
  amount_cents: number
  before_taxes: boolean
}

export interface InvoiceRow {
  lago_id: string
  customer: CustomerRow
  /** Place in the order of creation. */
  order: number
  sequential_id: number | null
  number: string
  purchase_order_number: string | null
  /** YYYY-MM-DD. */
  issuing_date: string
  payment_due_date: string
  /** Days. */
  net_payment_term: number
  invoice_type: InvoiceType
  status: InvoiceStatus
  payment_status: PaymentStatus
  payment_dispute_lost_at: Date | null
  payment_overdue: boolean
  currency: string
  fees_amount_cents: number
  taxes_amount_cents: number
  progressive_billing_credit_amount_cents: number
  coupons_amount_cents: number
  credit_notes_amount_cents: number
  sub_total_excluding_taxes_amount_cents: number
  sub_total_including_taxes_amount_cents: number
  total_amount_cents: number
  total_paid_amount_cents: number
  prepaid_credit_amount_cents: number
  version_number: number
  self_billed: boolean
  /** False while a native provider works on it; only "retry payment" and payment requests look at it. */
  ready_for_payment_processing: boolean
  created_at: Date
  updated_at: Date
  voided_at: Date | null
  subscription: { lago_id: string; external_id: string; plan_code: string; lago_plan_id: string } | null
  fees: FeeRow[]
  taxes: InvoiceTaxRow[]
  credits: CreditRow[]
  metadata: MetadataRow[]
  credit_notes: CreditNoteRow[]
  payments: PaymentRow[]
  payment_requests: PaymentRequestRow[]
  /** The top-up a credit invoice bills. */
  wallet_transaction: WalletTransactionRow | null
}

export const offsetOf = (invoice: InvoiceRow): number =>
  invoice.credit_notes.reduce(
    (sum, note) => (note.status === 'finalized' ? sum + note.offset_amount_cents : sum),
    0,
  )

/** What is left to pay. Source: lago-api app/models/invoice.rb, total_due_amount_cents. */
export const dueOf = (invoice: InvoiceRow): number =>
  invoice.status === 'voided'
    ? 0
    : invoice.total_amount_cents - invoice.total_paid_amount_cents - offsetOf(invoice)
