import { COUPON_BEFORE_TAX_VERSION } from './credit-note-amounts.ts'
import type { CreditableFee, CreditableInvoice, EarlierNote } from './credit-note-input.ts'
import { rubyRound } from './fixed-point.ts'
import { has, type LagoVersion } from './version.ts'

export const MIN_CREDITABLE_VERSION = 2

/** What all credit notes so far, voided ones included, took of each fee. Whole cents by fee id. */
export function creditedByFee(invoice: Pick<CreditableInvoice, 'notes'>): Map<string, number> {
  const credited = new Map<string, number>()
  for (const note of invoice.notes) {
    for (const item of note.items) {
      credited.set(item.fee_id, (credited.get(item.fee_id) ?? 0) + item.amount_cents)
    }
  }
  return credited
}

/** What is left to credit on a fee, before coupons and taxes. Source: lago-api app/models/fee.rb. */
export function creditableOfFee(invoice: CreditableInvoice, fee: CreditableFee, credited: number): number {
  const remaining = fee.amount_cents - credited
  if (invoice.invoice_type !== 'credit') return remaining
  return Math.min(remaining, invoice.wallet?.active ? invoice.wallet.limit_cents : 0)
}

export function taxRatesByCode(invoice: Pick<CreditableInvoice, 'taxes'>): Map<string, number> {
  return new Map(invoice.taxes.map(tax => [tax.code, tax.rate]))
}

export const feeRate = (fee: CreditableFee, rates: ReadonlyMap<string, number>): number =>
  fee.tax_codes.reduce((sum, code) => sum + (rates.get(code) ?? 0), 0)

/**
 * All fees with taxes, coupons not deducted: the ceiling of everything a note may give.
 * Source: lago-api app/models/invoice.rb, fee_total_amount_cents.
 */
export function feeTotal(invoice: Pick<CreditableInvoice, 'fees' | 'taxes'>): number {
  const rates = taxRatesByCode(invoice)
  let amount = 0
  let weighted = 0
  for (const fee of invoice.fees) {
    amount += fee.amount_cents
    weighted += fee.amount_cents * feeRate(fee, rates)
  }
  return amount + rubyRound(weighted / 100)
}

/** What may still be credited, taxes included and coupons deducted. Source: lago-api app/models/invoice.rb. */
export function availableToCredit(invoice: CreditableInvoice, credited: ReadonlyMap<string, number>): number {
  if (invoice.version_number < MIN_CREDITABLE_VERSION || invoice.status === 'draft') return 0
  const remaining = invoice.fees.map(fee => creditableOfFee(invoice, fee, credited.get(fee.id) ?? 0))
  const total = remaining.reduce((sum, amount) => sum + amount, 0)
  if (total === 0) return 0
  const deducted = invoice.coupons_amount_cents + invoice.progressive_billing_credit_amount_cents
  const adjustment =
    invoice.version_number < COUPON_BEFORE_TAX_VERSION || invoice.fees_amount_cents === 0
      ? 0
      : (deducted / invoice.fees_amount_cents) * total
  const rates = taxRatesByCode(invoice)
  const weighted = invoice.fees.reduce((sum, fee, index) => {
    const amount = remaining[index] ?? 0
    return sum + (amount - adjustment * (amount / total)) * feeRate(fee, rates)
  }, 0)
  return total - adjustment + rubyRound(weighted / 100)
}

const sumOf = (notes: readonly EarlierNote[], pick: (note: EarlierNote) => number): number =>
  notes.reduce((sum, note) => sum + pick(note), 0)

/** Sums over the finalized notes so far. */
export function earlierTotals(invoice: Pick<CreditableInvoice, 'notes'>) {
  const notes = invoice.notes.filter(note => note.status === 'finalized')
  return {
    credited: sumOf(notes, note => note.credit_amount_cents),
    refunded: sumOf(notes, note => note.refund_amount_cents),
    offset: sumOf(notes, note => note.offset_amount_cents),
  }
}

/** What may still be refunded. Source: lago-api app/models/invoice.rb, refundable_amount_cents. */
export function refundable(
  invoice: CreditableInvoice,
  version: LagoVersion,
  credited: ReadonlyMap<string, number>,
): number {
  if (invoice.version_number < MIN_CREDITABLE_VERSION || invoice.status === 'draft') return 0
  const settled = invoice.payment_status === 'succeeded'
  const available = availableToCredit(invoice, credited)
  const wallet = invoice.wallet?.active ? invoice.wallet.limit_cents : 0
  if (!has(version, 'refundLimitedToPaid')) {
    if (!settled) return 0
    const rest = available - invoice.credit_notes_amount_cents - invoice.prepaid_credit_amount_cents
    return invoice.invoice_type === 'credit' ? Math.min(Math.max(rest, 0), wallet) : Math.max(rest, 0)
  }
  if (!settled && invoice.total_paid_amount_cents === invoice.total_amount_cents) return 0
  const paid = invoice.total_paid_amount_cents - sumOf(invoice.notes, note => note.refund_amount_cents)
  return Math.max(0, Math.min(invoice.invoice_type === 'credit' ? wallet : available, paid))
}
