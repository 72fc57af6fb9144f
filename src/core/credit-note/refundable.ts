import { divRound, E5 } from './decimal.ts'
import type { CreditableInvoice, CreditNoteRefusal } from './model.ts'
import { addItem, feeUnits, NO_SUMS, noteTotals } from './totals.ts'

const TAX_ROUNDING = 3n
const MIN_VERSION = 2

export type Refundable = { cents: bigint; limit: CreditNoteRefusal }

const sum = <T>(rows: readonly T[], amount: (row: T) => bigint): bigint =>
  rows.reduce((total, row) => total + amount(row), 0n)

const lower = (...limits: Refundable[]): Refundable =>
  limits.reduce((least, limit) => (limit.cents < least.cents ? limit : least))

/** Whole minor units a fee can still give; items of all earlier notes are gone, those of voided notes too. */
export const remainingByFee = (invoice: CreditableInvoice): Map<string, bigint> => {
  const remaining = new Map(invoice.fees.map(fee => [fee.feeId, fee.amountCents]))
  for (const note of invoice.earlierNotes)
    for (const item of note.items) {
      const left = remaining.get(item.feeId)
      if (left !== undefined) remaining.set(item.feeId, left - item.amountCents)
    }
  return remaining
}

/** Subtotal and total of all fees of the invoice, as Lago would credit them in one note. */
export const fullTotals = (invoice: CreditableInvoice): { subTotal: bigint; total: bigint } => {
  const sums = invoice.fees
    .filter(fee => fee.amountCents > 0n)
    .reduce((all, fee) => addItem(all, feeUnits(fee), fee.amountCents * E5), NO_SUMS)
  const { subTotal, taxes } = noteTotals(sums, 0n)
  const roundedUp = invoice.billedCents - subTotal - taxes
  // Taxes billed per rate and rounded each can add up to a few cents more than one rounding of them all.
  const extra = roundedUp < 0n ? 0n : roundedUp > TAX_ROUNDING ? TAX_ROUNDING : roundedUp
  return { subTotal, total: subTotal + taxes + extra }
}

/** Lago's own ceiling for all notes of an invoice: fees and their full tax, coupons not deducted, one cent of grace. */
const feeCeiling = (invoice: CreditableInvoice): bigint =>
  sum(invoice.fees, fee => fee.amountCents) +
  divRound(
    sum(invoice.fees, fee => fee.amountCents * fee.taxRateE9),
    100n * 10n ** 9n,
  ) +
  1n

/**
 * The most a refund credit note on this invoice can carry, in minor units, and which rule sets that limit: never more
 * than was really paid and not refunded yet, nor than earlier notes left creditable.
 * Source: lago-api app/services/credit_notes/create_service.rb, validate_service.rb, validate_item_service.rb
 */
export const refundable = (invoice: CreditableInvoice): Refundable => {
  if (invoice.versionNumber < MIN_VERSION) return { cents: 0n, limit: 'invoice_too_old' }
  if (invoice.totalPaidCents <= 0n) return { cents: 0n, limit: 'nothing_paid' }
  const settledOnly = invoice.invoiceType === 'credit' || invoice.totalPaidCents === invoice.totalCents
  if (!invoice.paymentSucceeded && settledOnly) return { cents: 0n, limit: 'payment_not_settled' }

  const credited = sum(invoice.earlierNotes, note => note.creditCents + note.refundCents + note.offsetCents)
  const paid = invoice.totalPaidCents - sum(invoice.earlierNotes, note => note.refundCents)
  const limits: Refundable[] = [{ cents: paid, limit: 'exceeds_paid' }]
  const remaining = [...remainingByFee(invoice).values()].filter(cents => cents > 0n)

  if (invoice.invoiceType === 'credit') {
    limits.push({ cents: remaining[0] ?? 0n, limit: 'exceeds_creditable' })
    if (invoice.walletBalanceCents !== undefined)
      limits.push({ cents: invoice.walletBalanceCents, limit: 'exceeds_wallet_balance' })
  } else {
    limits.push({ cents: fullTotals(invoice).total - credited, limit: 'exceeds_creditable' })
    limits.push({ cents: feeCeiling(invoice) - credited, limit: 'exceeds_creditable' })
    if (remaining.length === 0) limits.push({ cents: 0n, limit: 'exceeds_creditable' })
  }
  const least = lower(...limits)
  return least.cents < 0n ? { ...least, cents: 0n } : least
}
