import type { CustomerRow } from './customer.ts'
import type { InvoiceRow } from './invoice.ts'

export interface PaymentRow {
  lago_id: string
  customer: CustomerRow
  invoice: InvoiceRow
  amount_cents: number
  amount_currency: string
  reference: string
  order: number
  created_at: Date
}

export interface PaymentRequestRow {
  lago_id: string
  customer: CustomerRow
  invoices: InvoiceRow[]
  amount_cents: number
  amount_currency: string
  email: string | null
  payment_status: 'pending' | 'succeeded' | 'failed'
  order: number
  created_at: Date
}
