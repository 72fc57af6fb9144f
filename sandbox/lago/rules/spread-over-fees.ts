import { noteAmounts, preciseTotal } from './credit-note-amounts.ts'
import type { CreditableInvoice } from './credit-note-input.ts'
import { creditableOfFee, creditedByFee } from './creditable-amounts.ts'
import { roundE5, toE5, toNumber } from './fixed-point.ts'

/**
 * Items that come to `amount_cents` (taxes included, coupons deducted), every fee in proportion to what is left of it;
 * fractional where whole amounts would not add up. Used for the notes Lago makes itself.
 */
export function spreadOverFees(
  invoice: CreditableInvoice,
  amount_cents: number,
): { fee_id: string; amount_cents: number }[] {
  const credited = creditedByFee(invoice)
  const unpaidTopUp = invoice.invoice_type === 'credit' && invoice.payment_status !== 'succeeded'
  const whole = invoice.fees.flatMap(fee => {
    // Nothing of an unpaid top-up is in the wallet yet, and it can only be taken back as a whole.
    const left = unpaidTopUp ? fee.amount_cents : creditableOfFee(invoice, fee, credited.get(fee.id) ?? 0)
    return left > 0 ? [{ fee_id: fee.id, amount_cents: left }] : []
  })
  const total = totalOf(invoice, whole)
  if (total <= 0) return []
  const ratio = Math.min(1, amount_cents / total)
  return whole.map(item => ({
    fee_id: item.fee_id,
    amount_cents: ratio === 1 ? item.amount_cents : toNumber(toE5(item.amount_cents * ratio)),
  }))
}

/** What is left to credit on all fees together, taxes included and coupons deducted. */
export function remainingTotal(invoice: CreditableInvoice): number {
  const credited = creditedByFee(invoice)
  const items = invoice.fees.map(fee => ({
    fee_id: fee.id,
    amount_cents: creditableOfFee(invoice, fee, credited.get(fee.id) ?? 0),
  }))
  return Math.round(totalOf(invoice, items))
}

function totalOf(invoice: CreditableInvoice, items: { fee_id: string; amount_cents: number }[]): number {
  const feesById = new Map(invoice.fees.map(fee => [fee.id, fee]))
  const checked = items.map(item => ({ ...item, precise_amount_cents: toE5(item.amount_cents) }))
  return roundE5(preciseTotal(noteAmounts(invoice, feesById, checked)))
}
