import type { E5 } from './fixed-point.ts'
import type { LagoVersion } from './version.ts'

export type InvoiceType =
  | 'subscription'
  | 'add_on'
  | 'credit'
  | 'one_off'
  | 'advance_charges'
  | 'progressive_billing'

export type InvoiceStatus =
  | 'draft'
  | 'finalized'
  | 'voided'
  | 'failed'
  | 'pending'
  | 'generating'
  | 'open'
  | 'closed'
  | 'deleted'

export type PaymentStatus = 'pending' | 'succeeded' | 'failed'

/** A fee as the credit note rules see it. Amounts in minor units, before coupons and taxes. */
export interface CreditableFee {
  id: string
  amount_cents: number
  /** Share of the coupons (and progressive billing credit) on this fee, up to 5 decimals. */
  precise_coupons_amount_cents: number | string
  /** Codes of the taxes on this fee; each must be among the taxes of the invoice. */
  tax_codes: readonly string[]
}

export interface CreditableTax {
  code: string
  name: string
  /** Percent. */
  rate: number
  /** Taxable base over fees amount; 1 unless a tax provider says otherwise. */
  base_ratio?: number
}

/** An earlier credit note on the same invoice. */
export interface EarlierNote {
  status: 'draft' | 'finalized'
  credit_amount_cents: number
  refund_amount_cents: number
  offset_amount_cents: number
  taxes_amount_cents: number
  precise_taxes_amount_cents: number | string
  items: readonly { fee_id: string; amount_cents: number }[]
}

export interface CreditableInvoice {
  status: InvoiceStatus
  invoice_type: InvoiceType
  payment_status: PaymentStatus
  /** 4 today; below 2 no credit note is possible, below 3 coupons came after taxes. */
  version_number: number
  fees_amount_cents: number
  coupons_amount_cents: number
  progressive_billing_credit_amount_cents: number
  credit_notes_amount_cents: number
  prepaid_credit_amount_cents: number
  total_amount_cents: number
  /** Sum of recorded payments; a payment status that was only set leaves it at 0. */
  total_paid_amount_cents: number
  fees: readonly CreditableFee[]
  taxes: readonly CreditableTax[]
  notes: readonly EarlierNote[]
  /** The wallet a credit invoice tops up. `limit_cents`: what is left to take back from it. */
  wallet?: { active: boolean; limit_cents: number }
}

/** The body under `credit_note` of POST /credit_notes, as parsed from JSON and not yet trusted. */
export interface CreditNoteRequest {
  reason?: unknown
  description?: unknown
  credit_amount_cents?: unknown
  refund_amount_cents?: unknown
  offset_amount_cents?: unknown
  items?: unknown
  metadata?: unknown
}

export interface CreditNoteInput {
  version: LagoVersion
  premium: boolean
  /** Made by Lago itself (termination, downgrade): needs no licence. */
  automatic?: boolean
  invoice: CreditableInvoice
  request: CreditNoteRequest
}

export interface CheckedItem {
  fee_id: string
  amount_cents: number
  precise_amount_cents: E5
}

export interface CheckedTax {
  code: string
  name: string
  rate: number
  base_amount_cents: number
  amount_cents: number
}

export type CreditNoteReason =
  | 'duplicated_charge'
  | 'product_unsatisfactory'
  | 'order_change'
  | 'order_cancellation'
  | 'fraudulent_charge'
  | 'other'

/** A credit note Lago would store. Integer amounts in minor units; `precise_*` in 0.00001 of one. */
export interface CheckedNote {
  status: 'draft' | 'finalized'
  reason: CreditNoteReason
  description: string | null
  metadata: Record<string, string | null> | null
  credit_status: 'available'
  refund_status: 'pending' | null
  credit_amount_cents: number
  refund_amount_cents: number
  offset_amount_cents: number
  total_amount_cents: number
  balance_amount_cents: number
  taxes_amount_cents: number
  precise_taxes_amount_cents: E5
  taxes_rate: number
  coupons_adjustment_amount_cents: number
  precise_coupons_adjustment_amount_cents: E5
  sub_total_excluding_taxes_amount_cents: number
  precise_total_amount_cents: E5
  items: CheckedItem[]
  applied_taxes: CheckedTax[]
}

export type FieldErrors = Record<string, string[]>

/** `code` and `errors` are what Lago answers under `code` and `error_details`; both null for a 500. */
export interface CreditNoteRefusal {
  ok: false
  status: 403 | 404 | 405 | 422 | 500
  code: string | null
  errors: FieldErrors | null
}
