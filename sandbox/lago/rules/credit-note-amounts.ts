import type { CheckedItem, CheckedTax, CreditableFee, CreditableInvoice } from './credit-note-input.ts'
import { addE5, type E5, roundE5, rubyRound, subE5, sumE5, toE5, toNumber } from './fixed-point.ts'

/** From this invoice version on, coupons are deducted before taxes. */
export const COUPON_BEFORE_TAX_VERSION = 3

export interface NoteAmounts {
  precise_items: E5
  precise_coupons: E5
  precise_taxes: E5
  taxes_rate: number
  applied_taxes: CheckedTax[]
}

/**
 * Coupons and taxes of a credit note: each item carries its fee's coupons by its share of the fee, and each tax is
 * taken on what remains. Source: lago-api app/services/credit_notes/apply_taxes_service.rb.
 */
export function noteAmounts(
  invoice: Pick<CreditableInvoice, 'version_number' | 'taxes'>,
  feesById: ReadonlyMap<string, CreditableFee>,
  items: readonly CheckedItem[],
): NoteAmounts {
  const couponsFirst = invoice.version_number >= COUPON_BEFORE_TAX_VERSION
  const bases = new Map<string, number>()
  let itemsTotal = 0
  let coupons = 0
  for (const item of items) {
    const fee = feesById.get(item.fee_id)
    if (!fee) continue
    const amount = toNumber(item.precise_amount_cents)
    const share = fee.amount_cents === 0 ? 0 : amount / fee.amount_cents
    const coupon = Number(fee.precise_coupons_amount_cents) * share
    itemsTotal += amount
    if (couponsFirst) coupons += coupon
    for (const code of fee.tax_codes) bases.set(code, (bases.get(code) ?? 0) + amount - coupon)
  }
  const net = itemsTotal - coupons
  let precise = 0
  let rate = 0
  const applied: CheckedTax[] = []
  for (const tax of invoice.taxes) {
    const raw = bases.get(tax.code)
    if (raw === undefined) continue
    const base = raw * (tax.base_ratio ?? 1)
    const amount = (base * tax.rate) / 100
    precise += amount
    rate += net === 0 ? 0 : (raw / net) * tax.rate
    applied.push({
      code: tax.code,
      name: tax.name,
      rate: tax.rate,
      base_amount_cents: roundE5(toE5(base)),
      amount_cents: roundE5(toE5(amount)),
    })
  }
  return {
    precise_items: sumE5(items.map(item => item.precise_amount_cents)),
    precise_coupons: toE5(coupons),
    precise_taxes: toE5(precise),
    taxes_rate: rubyRound(rate * 1e5) / 1e5,
    applied_taxes: applied,
  }
}

/** What the items come to, taxes included and coupons deducted, before rounding. */
export const preciseTotal = (
  a: Pick<NoteAmounts, 'precise_items' | 'precise_coupons' | 'precise_taxes'>,
): E5 => addE5(subE5(a.precise_items, a.precise_coupons), a.precise_taxes)

/**
 * The note that takes the last of an invoice also takes back what rounding gave away in the notes before it.
 * Source: lago-api app/services/credit_notes/create_service.rb, app/models/credit_note.rb (taxes_rounding_adjustment).
 */
export function withoutEarlierRounding(taxes: E5, invoice: Pick<CreditableInvoice, 'notes'>): E5 {
  const drift = invoice.notes.map(note =>
    subE5(toE5(note.taxes_amount_cents), toE5(note.precise_taxes_amount_cents)),
  )
  return subE5(taxes, sumE5(drift))
}

/**
 * Shifts the total by one so that subtotal and taxes add up to it, and one of its parts with it. When nothing is
 * credited the whole total lands in the refund, even if the note only offset the invoice: so does Lago.
 * Source: lago-api app/services/credit_notes/adjust_amounts_with_rounding_service.rb.
 */
export function shiftByRounding<
  T extends {
    credit_amount_cents: number
    refund_amount_cents: number
    total_amount_cents: number
    balance_amount_cents: number
    taxes_amount_cents: number
    sub_total_excluding_taxes_amount_cents: number
  },
>(note: T): T {
  const subtotal = note.total_amount_cents - note.taxes_amount_cents
  const wanted = note.sub_total_excluding_taxes_amount_cents
  if (subtotal === wanted) return note
  const total = note.total_amount_cents + (subtotal > wanted ? -1 : 1)
  const credit = note.credit_amount_cents > 0 ? total - note.refund_amount_cents : note.credit_amount_cents
  const refund = note.credit_amount_cents > 0 ? note.refund_amount_cents : total
  return {
    ...note,
    total_amount_cents: total,
    credit_amount_cents: credit,
    refund_amount_cents: refund,
    balance_amount_cents: credit,
  }
}
