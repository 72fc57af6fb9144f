import { e5ToNumber } from './decimal.ts'
import { type Fit, FLOAT_SAFE } from './fit.ts'
import { CENT, everyUnit, type Line, linesOf, sumsOf } from './lines.ts'
import type { CreditableInvoice, CreditNoteItem, CreditNoteRefusal } from './model.ts'
import { refundable, remainingByFee } from './refundable.ts'
import { takeEverything, takePart } from './take.ts'
import { grossOf } from './totals.ts'

export type CreditNoteItems =
  | {
      kind: 'items'
      /** `amount` goes to Lago as `amount_cents`: a JSON number, whole wherever whole amounts do. */
      items: CreditNoteItem[]
      /** What Lago will book as total and refund, minor units: the refund asked for, wherever items exist for it. */
      expectedTotal: bigint
      /**
       * True when Lago may book a cent more or less, so that its answer must be compared: no items hit the refund (taxes
       * of half the net and more), or floating point inside Lago decides (beyond ten million in a currency of cents).
       */
      uncertain: boolean
    }
  | { kind: 'refused'; reason: CreditNoteRefusal; detail: string }

/**
 * The items of a finalized refund credit note over exactly `refundCents` minor units: Lago accepts them, and does not
 * move the refund by a cent afterwards. Any amount up to `refundable(invoice)` has such items; the whole of it uses
 * the fees up when they were paid in money.
 * Source: lago-api app/services/credit_notes/validate_service.rb, validate_item_service.rb, apply_taxes_service.rb,
 * adjust_amounts_with_rounding_service.rb
 */
export const creditNoteItems = (invoice: CreditableInvoice, refundCents: bigint): CreditNoteItems => {
  if (refundCents <= 0n) return refused('not_positive', `a refund of ${refundCents} needs no credit note`)
  if (refundCents > BigInt(Number.MAX_SAFE_INTEGER))
    return refused('amount_too_large', `${refundCents} is beyond what a JSON number holds exactly`)
  const most = refundable(invoice)
  if (refundCents > most.cents)
    return refused(most.limit, `a refund of ${refundCents} where ${most.cents} can be credited`)

  if (invoice.invoiceType === 'credit') return creditInvoiceItems(invoice, refundCents)

  const lines = linesOf(invoice)
  const held = sumsOf(lines, everyUnit(lines))
  const slack = BigInt(invoice.earlierNotes.length + 3) * CENT
  if (grossOf(held) <= 0n || refundCents * CENT > grossOf(held) + slack)
    return refused('exceeds_creditable', `the fees left are worth less than a refund of ${refundCents}`)

  const rest = refundCents === most.cents ? takeEverything(invoice, lines, refundCents) : null
  const fit = rest ?? takePart(invoice, lines, refundCents, most.cents - refundCents)
  if (fit.rank < 0)
    return refused('exceeds_creditable', `no items on the fees left add up to a refund of ${refundCents}`)
  return itemsOf(lines, fit, refundCents)
}

const refused = (reason: CreditNoteRefusal, detail: string): CreditNoteItems => ({
  kind: 'refused',
  reason,
  detail,
})

/** A top-up has one fee, no tax and no coupon. */
const creditInvoiceItems = (invoice: CreditableInvoice, refundCents: bigint): CreditNoteItems => {
  const remaining = remainingByFee(invoice)
  const fee = invoice.fees.find(({ feeId }) => (remaining.get(feeId) ?? 0n) >= refundCents)
  if (!fee) return refused('exceeds_creditable', `no fee holds ${refundCents}`)
  const items = [{ feeId: fee.feeId, amount: Number(refundCents) }]
  return { kind: 'items', items, expectedTotal: refundCents, uncertain: false }
}

const itemsOf = (lines: readonly Line[], fit: Fit, refundCents: bigint): CreditNoteItems => {
  const items = lines.flatMap((line, index) =>
    (fit.parts[index] ?? []).map(part => ({ feeId: line.feeId, amount: e5ToNumber(part) })),
  )
  const booked = fit.totals.subTotal + fit.totals.taxes
  const shift = booked > refundCents ? 1n : booked < refundCents ? -1n : 0n
  const uncertain = shift !== 0n || (fit.totals.fragile && refundCents > FLOAT_SAFE)
  return { kind: 'items', items, expectedTotal: refundCents + shift, uncertain }
}
