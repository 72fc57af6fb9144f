import type { CreditNoteEstimated } from 'lago-javascript-client'
import type { Estimate } from '../rules/credit-note-estimate.ts'
import { formatE5 } from '../rules/fixed-point.ts'
import type { InvoiceRow } from '../state/invoice.ts'
import { asCurrency } from './wire.ts'

type Estimated = CreditNoteEstimated['estimated_credit_note']

/** The two precise amounts are decimals, so they travel as strings, whatever the API description says. */
type WireEstimate = Omit<
  Estimated,
  'precise_taxes_amount_cents' | 'precise_coupons_adjustment_amount_cents'
> & {
  precise_taxes_amount_cents: string
  precise_coupons_adjustment_amount_cents: string
}

/** Source: lago-api app/serializers/v1/credit_notes/estimate_serializer.rb. */
export function estimateObject(invoice: InvoiceRow, estimate: Estimate): WireEstimate {
  const currency = asCurrency(invoice.currency)
  const taxIds = new Map(invoice.taxes.map(tax => [tax.code, tax.lago_tax_id]))
  return {
    lago_invoice_id: invoice.lago_id,
    invoice_number: invoice.number,
    currency,
    taxes_amount_cents: estimate.taxes_amount_cents,
    precise_taxes_amount_cents: formatE5(estimate.precise_taxes_amount_cents),
    sub_total_excluding_taxes_amount_cents: estimate.sub_total_excluding_taxes_amount_cents,
    max_creditable_amount_cents: estimate.max_creditable_amount_cents,
    max_refundable_amount_cents: estimate.max_refundable_amount_cents,
    max_offsettable_amount_cents: estimate.max_offsettable_amount_cents,
    coupons_adjustment_amount_cents: estimate.coupons_adjustment_amount_cents,
    precise_coupons_adjustment_amount_cents: formatE5(estimate.precise_coupons_adjustment_amount_cents),
    taxes_rate: estimate.taxes_rate,
    items: estimate.items.map(item => ({ lago_fee_id: item.fee_id, amount_cents: item.amount_cents })),
    applied_taxes: estimate.applied_taxes.map(tax => ({
      lago_tax_id: taxIds.get(tax.code) ?? '',
      tax_name: tax.name,
      tax_code: tax.code,
      tax_rate: tax.rate,
      tax_description: '',
      base_amount_cents: tax.base_amount_cents,
      amount_cents: tax.amount_cents,
      amount_currency: currency,
    })),
  }
}
