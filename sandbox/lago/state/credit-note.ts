import type { CheckedNote } from '../rules/credit-note-input.ts'
import type { InvoiceRow } from './invoice.ts'

export interface CreditNoteRow extends Omit<CheckedNote, 'credit_status' | 'refund_status' | 'items'> {
  lago_id: string
  invoice: InvoiceRow
  order: number
  sequential_id: number
  number: string
  issuing_date: string
  credit_status: 'available' | 'consumed' | 'voided'
  refund_status: 'pending' | 'succeeded' | 'failed' | null
  refunded_at: Date | null
  items: (CheckedNote['items'][number] & { lago_id: string })[]
  created_at: Date
  updated_at: Date
}
