import { noteAmounts, withoutEarlierRounding } from './credit-note-amounts.ts'
import type { CheckedItem, CheckedTax, CreditableInvoice, CreditNoteRefusal } from './credit-note-input.ts'
import { checkItems } from './credit-note-items.ts'
import { creditableOfFee, creditedByFee, MIN_CREDITABLE_VERSION, refundable } from './creditable-amounts.ts'
import { addE5, type E5, roundE5, subE5, sumE5, toE5 } from './fixed-point.ts'
import type { LagoVersion } from './version.ts'

export interface Estimate {
  taxes_amount_cents: number
  precise_taxes_amount_cents: E5
  sub_total_excluding_taxes_amount_cents: number
  max_creditable_amount_cents: number
  max_refundable_amount_cents: number
  max_offsettable_amount_cents: number
  coupons_adjustment_amount_cents: number
  precise_coupons_adjustment_amount_cents: E5
  taxes_rate: number
  items: CheckedItem[]
  applied_taxes: CheckedTax[]
}

/**
 * What a credit note with these items could give at most. Item amounts are cut to whole minor units. `due_cents` is
 * what is still owed on the invoice. Source: lago-api app/services/credit_notes/estimate_service.rb.
 */
export function estimateCreditNote(input: {
  version: LagoVersion
  premium: boolean
  invoice: CreditableInvoice
  due_cents: number
  items: unknown
}): { ok: true; estimate: Estimate } | CreditNoteRefusal {
  const { invoice, version } = input
  const refuse = (status: 403 | 405, code: string): CreditNoteRefusal => ({
    ok: false,
    status,
    code,
    errors: null,
  })
  if (!input.premium) return refuse(403, 'feature_unavailable')
  const isTopUp = invoice.invoice_type === 'credit'
  if (isTopUp && (invoice.payment_status !== 'succeeded' || !invoice.wallet?.active)) {
    return refuse(405, 'invalid_type_or_status')
  }
  if (invoice.version_number < MIN_CREDITABLE_VERSION) return refuse(405, 'invalid_type_or_status')

  const feesById = new Map(invoice.fees.map(fee => [fee.id, fee]))
  const credited = creditedByFee(invoice)
  const before = new Map(credited)
  const checked = checkItems(invoice, feesById, credited, input.items, 0, true)
  if (!checked.ok) return checked

  const amounts = noteAmounts(invoice, feesById, checked.items)
  const left = sumE5(invoice.fees.map(fee => toE5(creditableOfFee(invoice, fee, before.get(fee.id) ?? 0))))
  const taxes =
    amounts.precise_items === left
      ? withoutEarlierRounding(amounts.precise_taxes, invoice)
      : amounts.precise_taxes
  const net = subE5(amounts.precise_items, amounts.precise_coupons)
  const subtotal = roundE5(net)
  let total = isTopUp ? 0 : roundE5(addE5(net, taxes))
  let taxesAmount = roundE5(taxes)
  const most = roundE5(addE5(net, taxes))
  const maxRefund = Math.min(most, Math.round(refundable(invoice, version, before)))
  if (!isTopUp && total - taxesAmount > subtotal) total -= 1
  else if (!isTopUp && total - taxesAmount < subtotal && taxesAmount > 0) taxesAmount -= 1
  return {
    ok: true,
    estimate: {
      taxes_amount_cents: taxesAmount,
      precise_taxes_amount_cents: taxes,
      sub_total_excluding_taxes_amount_cents: subtotal,
      max_creditable_amount_cents: total,
      max_refundable_amount_cents: maxRefund,
      max_offsettable_amount_cents: Math.max(0, Math.min(input.due_cents, total)),
      coupons_adjustment_amount_cents: roundE5(amounts.precise_coupons),
      precise_coupons_adjustment_amount_cents: amounts.precise_coupons,
      taxes_rate: amounts.taxes_rate,
      items: checked.items,
      applied_taxes: amounts.applied_taxes,
    },
  }
}
