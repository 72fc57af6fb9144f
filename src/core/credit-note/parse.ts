import { z } from 'zod'
import { divRound, E5, toScaled } from './decimal.ts'
import type { CreditableFee, CreditableInvoice, EarlierNote } from './model.ts'

const RATE_SCALE = 9
const LATEST_VERSION = 4
/** From this invoice version on, coupons are deducted before taxes. */
const COUPON_BEFORE_TAX_VERSION = 3

const cents = z.union([z.int(), z.string().regex(/^-?\d+$/), z.bigint()]).transform(BigInt)
const decimal = z.union([z.number(), z.string()])

const feeJson = z.looseObject({
  lago_id: z.string().min(1),
  amount_cents: cents,
  taxes_amount_cents: cents.nullish(),
  taxes_rate: decimal.nullish(),
  precise_coupons_amount_cents: decimal.nullish(),
})

const invoiceJson = z.looseObject({
  lago_id: z.string().nullish(),
  invoice_type: z.string().nullish(),
  payment_status: z.string().nullish(),
  version_number: z.int().nullish(),
  total_amount_cents: cents,
  total_due_amount_cents: cents.nullish(),
  total_paid_amount_cents: cents.nullish(),
  taxes_amount_cents: cents.nullish(),
  coupons_amount_cents: cents.nullish(),
  progressive_billing_credit_amount_cents: cents.nullish(),
  sub_total_including_taxes_amount_cents: cents.nullish(),
  fees: z.array(feeJson),
})

const noteJson = z.looseObject({
  lago_invoice_id: z.string().nullish(),
  credit_amount_cents: cents.nullish(),
  refund_amount_cents: cents.nullish(),
  offset_amount_cents: cents.nullish(),
  total_amount_cents: cents.nullish(),
  taxes_amount_cents: cents.nullish(),
  precise_taxes_amount_cents: decimal.nullish(),
  sub_total_excluding_taxes_amount_cents: cents.nullish(),
  items: z
    .array(
      z.looseObject({
        amount_cents: cents,
        fee: z.looseObject({ lago_id: z.string() }),
      }),
    )
    .nullish(),
})

type InvoiceJson = z.output<typeof invoiceJson>
type NoteJson = z.output<typeof noteJson>

/**
 * Reads what credit note arithmetic needs from `invoice` of Lago's GET /invoices/:id and `credit_notes` of
 * GET /credit_notes, unknown fields ignored. Fields an older Lago does not send yet are derived from those it does.
 * ZodError when what is left cannot be an invoice with its fees.
 * Source: lago-api app/serializers/v1/{invoice,fee,credit_note,credit_note_item}_serializer.rb
 */
export const parseCreditableInvoice = (
  invoice: unknown,
  creditNotes: readonly unknown[],
): CreditableInvoice => {
  const json = invoiceJson.parse(invoice)
  const notes = z.array(noteJson).parse(creditNotes)
  const own = notes.filter(({ lago_invoice_id: id }) => !id || !json.lago_id || id === json.lago_id)
  const fees = effectiveRates(json, readFees(json))
  return {
    invoiceType: json.invoice_type ?? 'subscription',
    versionNumber: json.version_number ?? LATEST_VERSION,
    paymentSucceeded: json.payment_status === 'succeeded',
    totalCents: json.total_amount_cents,
    totalPaidCents: paidCents(json),
    billedCents: json.sub_total_including_taxes_amount_cents ?? json.total_amount_cents,
    fees,
    earlierNotes: own.map(readNote),
  }
}

/** Before Lago said what was paid, a succeeded invoice could be refunded up to its total. */
const paidCents = (json: InvoiceJson): bigint => {
  if (json.total_paid_amount_cents != null) return json.total_paid_amount_cents
  if (json.payment_status === 'succeeded') return json.total_amount_cents
  return json.total_due_amount_cents == null ? 0n : json.total_amount_cents - json.total_due_amount_cents
}

const readFees = (json: InvoiceJson): CreditableFee[] => {
  const total = json.fees.reduce((sum, fee) => sum + fee.amount_cents, 0n)
  const deducted = (json.coupons_amount_cents ?? 0n) + (json.progressive_billing_credit_amount_cents ?? 0n)
  const beforeTax = (json.version_number ?? LATEST_VERSION) >= COUPON_BEFORE_TAX_VERSION
  return json.fees.map(fee => {
    const shared = total > 0n ? divRound(deducted * fee.amount_cents * E5, total) : 0n
    const couponsE5 =
      fee.precise_coupons_amount_cents == null ? shared : toScaled(fee.precise_coupons_amount_cents, 5)
    const netE5 = fee.amount_cents * E5 - couponsE5
    const booked =
      netE5 > 0n
        ? divRound((fee.taxes_amount_cents ?? 0n) * E5 * 100n * 10n ** BigInt(RATE_SCALE), netE5)
        : 0n
    return {
      feeId: fee.lago_id,
      amountCents: fee.amount_cents,
      couponsE5: beforeTax ? couponsE5 : 0n,
      taxRateE9: fee.taxes_rate == null ? booked : toScaled(fee.taxes_rate, RATE_SCALE),
    }
  })
}

/**
 * A tax provider may tax only part of a fee: Lago then credits that part of the rate too, but does not send it. It
 * shows in the tax of the whole invoice, which is far from what the rates alone come to.
 * Source: lago-api app/services/credit_notes/apply_taxes_service.rb (taxes_base_rate)
 */
const effectiveRates = (json: InvoiceJson, fees: CreditableFee[]): CreditableFee[] => {
  const taxes = json.taxes_amount_cents
  if (taxes == null) return fees
  const hundred = 100n * 10n ** BigInt(RATE_SCALE)
  const byRate = fees.reduce((sum, fee) => sum + (fee.amountCents * E5 - fee.couponsE5) * fee.taxRateE9, 0n)
  const off = taxes * E5 * hundred - byRate
  const rounding = 5n * E5 * hundred
  if (byRate <= 0n || (off <= rounding && off >= -rounding)) return fees
  return fees.map(fee => ({ ...fee, taxRateE9: divRound(fee.taxRateE9 * taxes * E5 * hundred, byRate) }))
}

const readNote = (note: NoteJson): EarlierNote => {
  const creditCents = note.credit_amount_cents ?? 0n
  const refundCents = note.refund_amount_cents ?? 0n
  const offsetCents = note.offset_amount_cents ?? 0n
  const taxesCents = note.taxes_amount_cents ?? 0n
  const total = note.total_amount_cents ?? creditCents + refundCents + offsetCents
  return {
    creditCents,
    refundCents,
    offsetCents,
    taxesCents,
    preciseTaxesE5:
      note.precise_taxes_amount_cents == null
        ? taxesCents * E5
        : toScaled(note.precise_taxes_amount_cents, 5),
    subTotalCents: note.sub_total_excluding_taxes_amount_cents ?? total - taxesCents,
    items: (note.items ?? []).map(item => ({ feeId: item.fee.lago_id, amountCents: item.amount_cents })),
  }
}
