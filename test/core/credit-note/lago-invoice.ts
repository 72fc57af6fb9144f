import type {
  CheckedNote,
  CreditableInvoice,
  CreditableTax,
  CreditNoteRequest,
} from '../../../sandbox/lago/credit-note-rules.ts'
import { checkCreditNote } from '../../../sandbox/lago/credit-note-rules.ts'
import { noteAmounts, preciseTotal } from '../../../sandbox/lago/rules/credit-note-amounts.ts'
import { roundE5, toE5 } from '../../../sandbox/lago/rules/fixed-point.ts'
import { invoiceTotals } from '../../../sandbox/lago/rules/invoice-totals.ts'
import { has, type LagoVersion } from '../../../sandbox/lago/rules/version.ts'
import { parseCreditableInvoice } from '../../../src/core/credit-note/parse.ts'

export type InvoiceSketch = {
  currency: 'USD' | 'JPY'
  fees: { amount: number; taxes: number[] }[]
  rates: number[]
  coupons: number
  progressiveCredit: number
  creditNotes: number
  prepaid: number
  /** Share of the total that was paid; below 1 the invoice is still pending. */
  paidShare: number
  version: LagoVersion
}

/** An invoice as the rules of the sandbox see it, and what Lago's API would say of it. */
export type LagoInvoice = {
  version: LagoVersion
  rules: CreditableInvoice
  json: Record<string, unknown>
  notes: CheckedNote[]
}

const taxesOf = (rates: number[]): CreditableTax[] =>
  rates.map((rate, index) => ({ code: `tax_${index}`, name: `Tax ${index}`, rate }))

/** A finalized invoice with its payments recorded. */
export const paidInvoice = (sketch: InvoiceSketch): LagoInvoice => {
  const taxes = taxesOf(sketch.rates)
  const priced = sketch.fees.map(fee => ({
    amount_cents: fee.amount,
    tax_codes: [...new Set(fee.taxes)].flatMap(index => taxes[index]?.code ?? []),
  }))
  const totals = invoiceTotals({
    fees: priced,
    taxes,
    coupons_amount_cents: sketch.coupons,
    progressive_billing_credit_amount_cents: sketch.progressiveCredit,
    credit_notes_amount_cents: sketch.creditNotes,
    prepaid_credit_amount_cents: sketch.prepaid,
  })
  const fees = priced.map((fee, index) => ({ ...fee, ...totals.fees[index], lago_id: `fee_${index}` }))
  const paid = Math.floor(totals.total_amount_cents * sketch.paidShare)
  const settled = paid === totals.total_amount_cents
  const scalars = {
    invoice_type: 'subscription' as const,
    status: 'finalized' as const,
    payment_status: settled ? ('succeeded' as const) : ('pending' as const),
    version_number: 4,
    fees_amount_cents: totals.fees_amount_cents,
    coupons_amount_cents: totals.coupons_amount_cents,
    progressive_billing_credit_amount_cents: totals.progressive_billing_credit_amount_cents,
    credit_notes_amount_cents: totals.credit_notes_amount_cents,
    prepaid_credit_amount_cents: totals.prepaid_credit_amount_cents,
    total_amount_cents: totals.total_amount_cents,
  }
  return {
    version: sketch.version,
    rules: {
      ...scalars,
      total_paid_amount_cents: paid,
      fees: fees.map(fee => ({
        id: fee.lago_id,
        amount_cents: fee.amount_cents,
        precise_coupons_amount_cents: fee.precise_coupons_amount_cents ?? 0,
        tax_codes: fee.tax_codes,
      })),
      taxes,
      notes: [],
    },
    json: {
      ...scalars,
      total_due_amount_cents: totals.total_amount_cents - paid,
      ...(has(sketch.version, 'totalPaidField') && { total_paid_amount_cents: paid }),
      currency: sketch.currency,
      taxes_amount_cents: totals.taxes_amount_cents,
      sub_total_including_taxes_amount_cents: totals.sub_total_including_taxes_amount_cents,
      fees: fees.map(({ tax_codes: _, ...fee }) => ({
        ...fee,
        precise_coupons_amount_cents: String(fee.precise_coupons_amount_cents),
      })),
    },
    notes: [],
  }
}

const fromE5 = (value: bigint): string => {
  const size = value < 0n ? -value : value
  return `${value < 0n ? '-' : ''}${size / 100_000n}.${(size % 100_000n).toString().padStart(5, '0')}`
}

/** The note as GET /credit_notes lists it. */
const noteJson = (note: CheckedNote) => ({
  ...note,
  precise_taxes_amount_cents: fromE5(note.precise_taxes_amount_cents),
  precise_coupons_adjustment_amount_cents: fromE5(note.precise_coupons_adjustment_amount_cents),
  precise_total_amount_cents: fromE5(note.precise_total_amount_cents),
  items: note.items.map(item => ({
    amount_cents: item.amount_cents,
    precise_amount_cents: fromE5(item.precise_amount_cents),
    fee: { lago_id: item.fee_id },
  })),
})

export const read = (invoice: LagoInvoice) =>
  parseCreditableInvoice(invoice.json, invoice.notes.map(noteJson))

/** Sends a credit note through JSON to the rules; what they store is an earlier note from then on. */
export const post = (invoice: LagoInvoice, request: CreditNoteRequest) => {
  const body = JSON.parse(JSON.stringify(request)) as CreditNoteRequest
  const verdict = checkCreditNote({
    version: invoice.version,
    premium: true,
    invoice: invoice.rules,
    request: body,
  })
  if (!verdict.ok) return verdict
  const { note } = verdict
  invoice.notes.push(note)
  invoice.rules = {
    ...invoice.rules,
    notes: invoice.notes.map(earlier => ({
      ...earlier,
      precise_taxes_amount_cents: fromE5(earlier.precise_taxes_amount_cents),
    })),
  }
  return verdict
}

/** What items come to, tax included, as the sandbox's rules compute it. */
export const totalOf = (
  invoice: LagoInvoice,
  items: readonly { fee_id: string; amount_cents: number }[],
): number => {
  const fees = new Map(invoice.rules.fees.map(fee => [fee.id, fee]))
  const checked = items.map(item => ({ ...item, precise_amount_cents: toE5(item.amount_cents) }))
  return roundE5(preciseTotal(noteAmounts(invoice.rules, fees, checked)))
}
