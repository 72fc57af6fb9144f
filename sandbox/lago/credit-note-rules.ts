import {
  noteAmounts,
  preciseTotal,
  shiftByRounding,
  withoutEarlierRounding,
} from './rules/credit-note-amounts.ts'
import type {
  CheckedNote,
  CreditableInvoice,
  CreditNoteInput,
  CreditNoteReason,
  CreditNoteRefusal,
  FieldErrors,
} from './rules/credit-note-input.ts'
import { checkItems } from './rules/credit-note-items.ts'
import { noteErrors } from './rules/credit-note-limits.ts'
import { availableToCredit, creditedByFee, MIN_CREDITABLE_VERSION } from './rules/creditable-amounts.ts'
import { roundE5, subE5 } from './rules/fixed-point.ts'
import { noteMetadata } from './rules/note-metadata.ts'
import { has } from './rules/version.ts'

export type {
  CheckedNote,
  CreditableInvoice,
  CreditableTax,
  CreditNoteInput,
  CreditNoteRefusal,
  CreditNoteRequest,
} from './rules/credit-note-input.ts'

const REASONS: readonly string[] = [
  'duplicated_charge',
  'product_unsatisfactory',
  'order_change',
  'order_cancellation',
  'fraudulent_charge',
  'other',
]

export const VISIBLE_STATUSES: readonly string[] = ['draft', 'finalized', 'voided', 'failed', 'pending']

type CentsField = 'credit_amount_cents' | 'refund_amount_cents' | 'offset_amount_cents'

export type CreditNoteVerdict = { ok: true; note: CheckedNote } | CreditNoteRefusal

/**
 * Whether Lago takes this credit note, and the note it then stores.
 *
 * Item amounts are before coupons and taxes and may be fractional; credit, refund and offset are what the customer
 * gets, taxes included, in whole minor units. The three together may differ by at most 1 from what the items come to,
 * and the stored total may be shifted by 1: read the answer, not the request.
 *
 * Refusals carry Lago's status, code and error_details. 404 invoice_not_found or fee_not_found; 403
 * feature_unavailable without a licence; 405 invalid_type_or_status; 422 validation_errors; 500 where Lago breaks
 * (a string as item amount, an invoice that is failed or pending).
 *
 * Pure: the same input gives the same verdict. Nothing in the input is changed.
 *
 * Source: lago-api app/services/credit_notes/create_service.rb, validate_service.rb, validate_item_service.rb,
 * apply_taxes_service.rb, adjust_amounts_with_rounding_service.rb.
 */
export function checkCreditNote(input: CreditNoteInput): CreditNoteVerdict {
  const { invoice, request, version, automatic = false } = input
  if (!VISIBLE_STATUSES.includes(invoice.status)) return refuse(404, 'invoice_not_found')
  if (!automatic && !input.premium) return refuse(403, 'feature_unavailable')
  const credit = wholeCents(request.credit_amount_cents)
  const refund = wholeCents(request.refund_amount_cents)
  const offset = has(version, 'offsetCreditNotes') ? wholeCents(request.offset_amount_cents) : 0
  if (!automatic && !typeAllows(invoice, credit > 0 || refund > 0))
    return refuse(405, 'invalid_type_or_status')
  if (invoice.status === 'failed' || invoice.status === 'pending') return refuse(500, null)

  const reason = request.reason ?? 'other'
  const early: Partial<Record<'reason' | 'metadata' | CentsField, string[]>> = {}
  if (typeof reason !== 'string' || !REASONS.includes(reason)) early.reason = ['value_is_invalid']
  if (credit < 0) early.credit_amount_cents = ['value_is_out_of_range']
  if (refund < 0) early.refund_amount_cents = ['value_is_out_of_range']
  if (offset < 0) early.offset_amount_cents = ['value_is_out_of_range']
  const metadata = has(version, 'creditNoteMetadata')
    ? noteMetadata(request.metadata)
    : { ok: true as const, value: null }
  if (!metadata.ok) early.metadata = [metadata.error]
  if (!metadata.ok || Object.keys(early).length > 0) return refuse(422, 'validation_errors', { ...early })

  const feesById = new Map(invoice.fees.map(fee => [fee.id, fee]))
  const credited = creditedByFee(invoice)
  const items = checkItems(invoice, feesById, credited, request.items, offset)
  if (!items.ok) return items

  const amounts = noteAmounts(invoice, feesById, items.items)
  const takesTheRest = invoice.invoice_type === 'credit' || availableToCredit(invoice, credited) === 0
  const taxes = takesTheRest ? withoutEarlierRounding(amounts.precise_taxes, invoice) : amounts.precise_taxes
  const precise = preciseTotal({ ...amounts, precise_taxes: taxes })
  const errors = noteErrors(invoice, version, { credit, refund, offset, items_total: roundE5(precise) })
  if (Object.keys(errors).length > 0) return refuse(422, 'validation_errors', errors)

  const note: CheckedNote = {
    status: invoice.status === 'draft' ? 'draft' : 'finalized',
    reason: reason as CreditNoteReason,
    description: typeof request.description === 'string' ? request.description : null,
    metadata: metadata.value,
    credit_status: 'available',
    refund_status: refund > 0 ? 'pending' : null,
    credit_amount_cents: credit,
    refund_amount_cents: refund,
    offset_amount_cents: offset,
    total_amount_cents: credit + refund + offset,
    balance_amount_cents: credit,
    taxes_amount_cents: roundE5(taxes),
    precise_taxes_amount_cents: taxes,
    taxes_rate: amounts.taxes_rate,
    coupons_adjustment_amount_cents: roundE5(amounts.precise_coupons),
    precise_coupons_adjustment_amount_cents: amounts.precise_coupons,
    sub_total_excluding_taxes_amount_cents: roundE5(subE5(amounts.precise_items, amounts.precise_coupons)),
    precise_total_amount_cents: precise,
    items: items.items,
    applied_taxes: amounts.applied_taxes,
  }
  return { ok: true, note: has(version, 'totalDueField') ? shiftByRounding(note) : note }
}

function typeAllows(invoice: CreditableInvoice, moreThanOffset: boolean): boolean {
  if (invoice.invoice_type === 'credit') {
    if (!invoice.wallet?.active) return false
    if (invoice.payment_status !== 'succeeded' && moreThanOffset) return false
  }
  return invoice.version_number >= MIN_CREDITABLE_VERSION
}

// An integer column: text is read as far as it is a number, fractions are cut off.
function wholeCents(value: unknown): number {
  if (typeof value === 'number') return Math.trunc(value)
  if (typeof value === 'string') return Number.parseInt(value, 10) || 0
  return 0
}

const refuse = (
  status: CreditNoteRefusal['status'],
  code: string | null,
  errors: FieldErrors | null = null,
): CreditNoteRefusal => ({ ok: false, status, code, errors })
