import type { CustomerRow } from './customer.ts'
import type { InvoiceRow } from './invoice.ts'

export interface WalletTransactionRow {
  lago_id: string
  wallet: WalletRow
  order: number
  invoice: InvoiceRow | null
  lago_credit_note_id: string | null
  lago_voided_invoice_id: string | null
  status: 'pending' | 'settled' | 'failed'
  source: 'manual' | 'interval' | 'threshold'
  transaction_status: 'purchased' | 'granted' | 'voided' | 'invoiced'
  transaction_type: 'inbound' | 'outbound'
  amount_cents: number
  credits: number
  /** Of an inbound transaction, what was not consumed yet. */
  remaining_amount_cents: number | null
  priority: number
  name: string | null
  purchase_order_number: string | null
  invoice_requires_successful_payment: boolean
  metadata: { key: string; value: string }[]
  settled_at: Date | null
  failed_at: Date | null
  created_at: Date
}

export interface WalletRow {
  lago_id: string
  customer: CustomerRow
  order: number
  status: 'active' | 'terminated'
  currency: string
  name: string | null
  code: string
  purchase_order_number: string | null
  /** What one credit costs, in units of the currency. */
  rate_amount: number
  balance_cents: number
  consumed_credits: number
  priority: number
  invoice_requires_successful_payment: boolean
  paid_top_up_min_amount_cents: number | null
  paid_top_up_max_amount_cents: number | null
  metadata: Record<string, string> | null
  expiration_at: Date | null
  terminated_at: Date | null
  created_at: Date
  transactions: WalletTransactionRow[]
}
