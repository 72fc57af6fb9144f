import type { Context } from '../context.ts'
import { seconds } from '../dates.ts'
import { formatE5 } from '../rules/fixed-point.ts'
import { has } from '../rules/version.ts'
import type { CreditNoteRow } from '../state/credit-note.ts'
import { customerObject } from './customer.ts'
import { feeObject } from './fee.ts'
import { asCurrency, type WireCreditNote } from './wire.ts'

/** Source: lago-api app/serializers/v1/credit_note_serializer.rb. `rest`: also what only the API answers. */
export function creditNoteObject(ctx: Context, note: CreditNoteRow, rest = false): WireCreditNote {
  const { version } = ctx.settings
  const { invoice } = note
  const currency = asCurrency(invoice.currency)
  const taxIds = new Map(invoice.taxes.map(tax => [tax.code, tax.lago_tax_id]))
  const fees = new Map(invoice.fees.map(fee => [fee.lago_id, fee]))
  return {
    lago_id: note.lago_id,
    ...(has(version, 'billingEntityCode') && { billing_entity_code: ctx.organization.billing_entity_code }),
    sequential_id: note.sequential_id,
    number: note.number,
    lago_invoice_id: invoice.lago_id,
    invoice_number: invoice.number,
    ...(has(version, 'purchaseOrderNumber') && { purchase_order_number: invoice.purchase_order_number }),
    issuing_date: note.issuing_date,
    credit_status: note.credit_status,
    refund_status: note.refund_status,
    reason: note.reason,
    description: note.description,
    currency,
    total_amount_cents: note.total_amount_cents,
    precise_total_amount_cents: formatE5(note.precise_total_amount_cents),
    taxes_amount_cents: note.taxes_amount_cents,
    precise_taxes_amount_cents: formatE5(note.precise_taxes_amount_cents),
    sub_total_excluding_taxes_amount_cents: note.sub_total_excluding_taxes_amount_cents,
    balance_amount_cents: note.balance_amount_cents,
    credit_amount_cents: note.credit_amount_cents,
    refund_amount_cents: note.refund_amount_cents,
    ...(has(version, 'offsetCreditNotes') && { offset_amount_cents: note.offset_amount_cents }),
    coupons_adjustment_amount_cents: note.coupons_adjustment_amount_cents,
    taxes_rate: note.taxes_rate,
    created_at: seconds(note.created_at),
    updated_at: seconds(note.updated_at),
    file_url: null,
    xml_url: null,
    self_billed: invoice.self_billed,
    customer: customerObject(ctx, invoice.customer),
    items: note.items.flatMap(item => {
      const fee = fees.get(item.fee_id)
      if (!fee) return []
      return {
        lago_id: item.lago_id,
        amount_cents: item.amount_cents,
        precise_amount_cents: formatE5(item.precise_amount_cents),
        amount_currency: currency,
        fee: feeObject(fee, invoice),
      }
    }),
    applied_taxes: note.applied_taxes.map(tax => ({
      lago_id: note.lago_id,
      lago_credit_note_id: note.lago_id,
      lago_tax_id: taxIds.get(tax.code) ?? '',
      tax_name: tax.name,
      tax_code: tax.code,
      tax_rate: tax.rate,
      tax_description: '',
      base_amount_cents: tax.base_amount_cents,
      amount_cents: tax.amount_cents,
      amount_currency: currency,
      created_at: seconds(note.created_at),
    })),
    ...(rest && { error_details: [] }),
    ...(note.metadata !== null && { metadata: note.metadata as Record<string, string> }),
  }
}
