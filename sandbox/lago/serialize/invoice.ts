import type { Context } from '../context.ts'
import { seconds, secondsOrNull } from '../dates.ts'
import { has } from '../rules/version.ts'
import { dueOf, type InvoiceRow, offsetOf } from '../state/invoice.ts'
import { customerObject } from './customer.ts'
import { feeObject } from './fee.ts'
import { billingPeriods, subscriptions } from './subscription.ts'
import { asCurrency, type WireInvoice } from './wire.ts'

export type InvoiceInclude =
  | 'customer'
  | 'subscriptions'
  | 'fees'
  | 'credits'
  | 'metadata'
  | 'applied_taxes'
  | 'error_details'
  | 'custom_sections'

/** One invoice in full: GET, PUT and the other routes that answer it. */
export const ALL_INCLUDES: readonly InvoiceInclude[] = [
  'customer',
  'subscriptions',
  'fees',
  'credits',
  'metadata',
  'applied_taxes',
  'error_details',
  'custom_sections',
]

export const LIST_INCLUDES: readonly InvoiceInclude[] = ['customer', 'metadata', 'applied_taxes']

/** Source: lago-api app/serializers/v1/invoice_serializer.rb. */
export function invoiceObject(
  ctx: Context,
  invoice: InvoiceRow,
  includes: readonly InvoiceInclude[],
): WireInvoice {
  const { version } = ctx.settings
  const offset = offsetOf(invoice)
  return {
    lago_id: invoice.lago_id,
    ...(has(version, 'billingEntityCode') && { billing_entity_code: ctx.organization.billing_entity_code }),
    sequential_id: invoice.sequential_id,
    number: invoice.number,
    ...(has(version, 'purchaseOrderNumber') && { purchase_order_number: invoice.purchase_order_number }),
    issuing_date: invoice.issuing_date,
    payment_due_date: invoice.payment_due_date,
    net_payment_term: invoice.net_payment_term,
    invoice_type: invoice.invoice_type,
    status: invoice.status as WireInvoice['status'],
    payment_status: invoice.payment_status,
    payment_dispute_lost_at: invoice.payment_dispute_lost_at?.toISOString() ?? null,
    payment_overdue: invoice.payment_overdue,
    currency: asCurrency(invoice.currency),
    fees_amount_cents: invoice.fees_amount_cents,
    taxes_amount_cents: invoice.taxes_amount_cents,
    progressive_billing_credit_amount_cents: invoice.progressive_billing_credit_amount_cents,
    coupons_amount_cents: invoice.coupons_amount_cents,
    credit_notes_amount_cents: invoice.credit_notes_amount_cents,
    sub_total_excluding_taxes_amount_cents: invoice.sub_total_excluding_taxes_amount_cents,
    sub_total_including_taxes_amount_cents: invoice.sub_total_including_taxes_amount_cents,
    total_amount_cents: invoice.total_amount_cents,
    ...(has(version, 'totalDueField') && { total_due_amount_cents: dueOf(invoice) }),
    ...(has(version, 'totalPaidField') && {
      total_paid_amount_cents: invoice.total_paid_amount_cents,
      total_offsetted_credit_note_amount_cents: offset,
    }),
    prepaid_credit_amount_cents: invoice.prepaid_credit_amount_cents,
    prepaid_granted_credit_amount_cents: null,
    prepaid_purchased_credit_amount_cents: null,
    file_url: null,
    xml_url: null,
    ...(has(version, 'webUrl') && { web_url: webUrl(ctx, invoice) }),
    version_number: invoice.version_number,
    self_billed: invoice.self_billed,
    created_at: seconds(invoice.created_at),
    updated_at: seconds(invoice.updated_at),
    voided_at: secondsOrNull(invoice.voided_at),
    ...included(ctx, invoice, includes),
  }
}

function included(ctx: Context, invoice: InvoiceRow, includes: readonly InvoiceInclude[]) {
  const wants = (include: InvoiceInclude) => includes.includes(include)
  const currency = asCurrency(invoice.currency)
  return {
    ...(wants('customer') && { customer: customerObject(ctx, invoice.customer) }),
    ...(wants('subscriptions') && {
      subscriptions: subscriptions(invoice),
      billing_periods: billingPeriods(invoice),
    }),
    ...(wants('fees') && { fees: invoice.fees.map(fee => feeObject(fee, invoice)) }),
    ...(wants('credits') && {
      credits: invoice.credits.map(credit => ({
        lago_id: credit.lago_id,
        amount_cents: credit.amount_cents,
        amount_currency: currency,
        before_taxes: credit.before_taxes,
        item: {
          lago_item_id: credit.lago_item_id,
          type: credit.type,
          code: credit.code,
          name: credit.name,
          description: null,
        },
        invoice: { lago_id: invoice.lago_id, payment_status: invoice.payment_status },
      })),
    }),
    ...(wants('metadata') && {
      metadata: invoice.metadata.map(({ created_at, ...entry }) => ({
        ...entry,
        created_at: seconds(created_at),
      })),
    }),
    ...(wants('applied_taxes') && {
      applied_taxes: invoice.taxes.map(tax => ({
        lago_id: tax.lago_id,
        lago_invoice_id: invoice.lago_id,
        lago_tax_id: tax.lago_tax_id,
        tax_name: tax.name,
        tax_code: tax.code,
        tax_rate: tax.rate,
        tax_description: '',
        amount_cents: tax.amount_cents,
        amount_currency: currency,
        fees_amount_cents: tax.fees_amount_cents,
        created_at: seconds(invoice.created_at),
      })),
    }),
    ...(wants('error_details') && { error_details: [] }),
    ...(wants('custom_sections') && { applied_invoice_custom_sections: [] }),
  }
}

const webUrl = (ctx: Context, invoice: InvoiceRow): string =>
  `${ctx.organization.frontUrl}/${ctx.organization.slug}/customer/${invoice.customer.lago_id}/invoice/${invoice.lago_id}/overview`
