import type { CreditableInvoice, FieldErrors } from './credit-note-input.ts'
import { earlierTotals, feeTotal } from './creditable-amounts.ts'
import { has, type LagoVersion } from './version.ts'

export interface NoteParts {
  credit: number
  refund: number
  offset: number
  /** What the items come to, rounded. */
  items_total: number
}

/**
 * The checks on the note as a whole; every failing one is reported. Amounts in minor units, taxes included.
 * Source: lago-api app/services/credit_notes/validate_service.rb, and its history for the older rules.
 */
export function noteErrors(invoice: CreditableInvoice, version: LagoVersion, note: NoteParts): FieldErrors {
  const errors: FieldErrors = {}
  const add = (field: string, code: string) => {
    errors[field] ??= []
    errors[field].push(code)
  }
  const earlier = earlierTotals(invoice)
  const ceiling = feeTotal(invoice)
  const total = note.credit + note.refund + note.offset
  // Releases before 1.22 knew no tolerance.
  const tolerance = has(version, 'totalDueField') ? 1 : 0

  if (note.refund > 0) statusErrors(invoice, version, add)
  if (Math.abs(total - note.items_total) > tolerance) add('base', 'does_not_match_item_amounts')
  if (note.refund !== 0) refundErrors(invoice, version, note.refund, earlier.refunded, add)
  creditErrors(invoice, note.credit, ceiling - earlier.credited - earlier.offset, tolerance, add)
  if (note.offset !== 0) offsetErrors(invoice, note.offset, earlier, ceiling, add)
  if (total > ceiling - earlier.credited - earlier.refunded - earlier.offset + tolerance) {
    add('base', 'higher_than_remaining_invoice_amount')
  }
  if (total <= 0) add('base', 'total_amount_must_be_positive')
  return errors
}

type Add = (field: string, code: string) => void

function statusErrors(invoice: CreditableInvoice, version: LagoVersion, add: Add): void {
  if (invoice.payment_status === 'succeeded') return
  const paidInFull =
    invoice.total_paid_amount_cents === invoice.total_amount_cents && invoice.total_amount_cents > 0
  if (!has(version, 'totalDueField') || paidInFull) add('refund_amount_cents', 'cannot_refund_unpaid_invoice')
}

function refundErrors(
  invoice: CreditableInvoice,
  version: LagoVersion,
  refund: number,
  refunded: number,
  add: Add,
): void {
  const byPaid = has(version, 'refundLimitedToPaid')
  if (byPaid && invoice.total_paid_amount_cents <= 0) {
    add('refund_amount_cents', 'cannot_refund_unpaid_invoice')
    return
  }
  const base = byPaid ? invoice.total_paid_amount_cents : invoice.total_amount_cents
  if (refund > base - refunded) add('refund_amount_cents', 'higher_than_remaining_invoice_amount')
}

function creditErrors(
  invoice: CreditableInvoice,
  credit: number,
  remaining: number,
  tolerance: number,
  add: Add,
): void {
  if (invoice.invoice_type === 'credit' && credit > 0) {
    add('credit_amount_cents', 'cannot_credit_invoice')
    return
  }
  if (credit > remaining + tolerance) add('credit_amount_cents', 'higher_than_remaining_invoice_amount')
}

function offsetErrors(
  invoice: CreditableInvoice,
  offset: number,
  earlier: { credited: number; offset: number },
  ceiling: number,
  add: Add,
): void {
  if (invoice.invoice_type === 'credit') {
    if (invoice.total_paid_amount_cents > 0) {
      add('offset_amount_cents', 'cannot_apply_to_paid_invoice')
      return
    }
    if (offset !== invoice.total_amount_cents) {
      add('offset_amount_cents', 'not_equal_to_total_amount')
      return
    }
  }
  const due = invoice.total_amount_cents - invoice.total_paid_amount_cents - earlier.offset
  if (offset > Math.min(due, ceiling - earlier.credited - earlier.offset)) {
    add('offset_amount_cents', 'higher_than_remaining_invoice_amount')
  }
}
