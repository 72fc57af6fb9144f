import type { Context } from '../context.ts'
import { day } from '../dates.ts'
import { notAllowed } from '../errors.ts'
import { buildInvoice, nextNumber } from '../operations/build-invoice.ts'
import type { InvoiceRow } from '../state/invoice.ts'
import { announceInvoice, emitInvoice } from '../webhooks/invoice-events.ts'

/** Finalized, unpaid, undisputed and past its due day in UTC: told once. Source: lago-api app/jobs/clock/mark_invoices_as_payment_overdue_job.rb. */
export function markOverdue(ctx: Context): string[] {
  const today = day(ctx.clock.now())
  const marked: string[] = []
  for (const invoice of ctx.state.invoices.values()) {
    if (invoice.status !== 'finalized' || invoice.payment_status === 'succeeded') continue
    if (invoice.payment_overdue || invoice.payment_dispute_lost_at !== null) continue
    if (invoice.payment_due_date >= today) continue
    invoice.payment_overdue = true
    emitInvoice(ctx, 'invoice.payment_overdue', invoice)
    marked.push(invoice.lago_id)
  }
  return marked
}

/** The lines of a voided invoice on a new one, whatever its type; nothing in it names the old one. */
export function regenerate(ctx: Context, voided: InvoiceRow): InvoiceRow {
  if (voided.status !== 'voided') throw notAllowed('not_voided')
  const invoice = buildInvoice(ctx, {
    customer: voided.customer,
    currency: voided.currency,
    fees: voided.fees.map(fee => ({ ...fee, type: fee.item_type })),
    taxes: voided.taxes.map(tax => ({
      lago_id: tax.lago_tax_id,
      code: tax.code,
      name: tax.name,
      rate: tax.rate,
    })),
    coupons: voided.credits.filter(credit => credit.type === 'coupon'),
    progressive_billing_credit_amount_cents: 0,
    credit_notes_amount_cents: 0,
    prepaid_credit_amount_cents: 0,
    invoice_type: voided.invoice_type,
    status: 'finalized',
    self_billed: voided.self_billed,
    net_payment_term: voided.net_payment_term,
    purchase_order_number: voided.purchase_order_number,
    version_number: voided.version_number,
    ...(voided.subscription && { external_subscription_id: voided.subscription.external_id }),
    ...(voided.wallet_transaction && { wallet_transaction: voided.wallet_transaction }),
  })
  ctx.state.addInvoice(invoice)
  announceInvoice(ctx, invoice, true)
  return invoice
}

/** Source: lago-api app/services/invoices/provider_taxes/pull_taxes_and_apply_service.rb. */
export function finalizeAfterTaxes(ctx: Context, invoice: InvoiceRow): InvoiceRow {
  if (invoice.status !== 'pending') throw notAllowed('invalid_status')
  Object.assign(invoice, nextNumber(invoice.customer), { status: 'finalized' })
  invoice.updated_at = ctx.clock.now()
  ctx.state.invoicesByNumber.set(invoice.number, invoice)
  announceInvoice(ctx, invoice, true)
  return invoice
}
