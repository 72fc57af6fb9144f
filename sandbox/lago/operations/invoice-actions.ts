import type { Context } from '../context.ts'
import { notAllowed, notFound, unprocessable } from '../errors.ts'
import { has } from '../rules/version.ts'
import { invoiceObject } from '../serialize/invoice.ts'
import type { InvoiceRow } from '../state/invoice.ts'
import { announceInvoice, createdEvent, emitInvoice, emitNoProvider } from '../webhooks/invoice-events.ts'
import { nextNumber } from './build-invoice.ts'
import { emitCreditNote, noteNumber } from './create-credit-note.ts'
import { isVisible } from './invoice-payment-status.ts'

/** The invoice if the API shows it; drafts that were never opened, gated and deleted ones are hidden. */
export function visibleInvoice(ctx: Context, id: string): InvoiceRow {
  const invoice = ctx.state.invoices.get(id)
  if (!invoice || !isVisible(invoice)) throw notFound('invoice')
  return invoice
}

/** "Retry payment" / "resend for collection". Source: lago-api app/services/invoices/payments/retry_service.rb. */
export function retryPayment(ctx: Context, invoice: InvoiceRow): void {
  const { version } = ctx.settings
  const closed = invoice.status === 'draft' || invoice.status === 'voided'
  if (closed || invoice.payment_status === 'succeeded') throw notAllowed('invalid_status')
  if (!invoice.ready_for_payment_processing) {
    throw notAllowed('payment_processor_is_currently_handling_payment')
  }
  if (invoice.customer.payment_provider !== null) {
    invoice.ready_for_payment_processing = false
    return
  }
  if (has(version, 'retryEmitsPaymentFailure')) emitNoProvider(ctx, invoice)
  else if (!has(version, 'retryIsSilent')) emitInvoice(ctx, createdEvent(invoice), invoice)
}

/** Source: lago-api app/services/invoices/lose_dispute_service.rb. The payment status stays. */
export function loseDispute(ctx: Context, invoice: InvoiceRow): InvoiceRow {
  if (invoice.status !== 'finalized' && invoice.status !== 'voided') throw notAllowed('not_disputable')
  invoice.payment_dispute_lost_at ??= ctx.clock.now()
  invoice.payment_overdue = false
  invoice.updated_at = ctx.clock.now()
  ctx.emit('invoice.payment_dispute_lost', () => ({
    invoice: invoiceObject(ctx, invoice, ['customer']),
    provider_error: null,
  }))
  return invoice
}

/** PUT /invoices/:id/finalize. Source: lago-api invoices_controller.rb, refresh_draft_and_finalize_service.rb. */
export function finalizeInvoice(ctx: Context, invoice: InvoiceRow): InvoiceRow {
  if (invoice.status !== 'draft') throw notFound('invoice')
  Object.assign(invoice, nextNumber(invoice.customer), { status: 'finalized' })
  invoice.updated_at = ctx.clock.now()
  ctx.state.invoicesByNumber.set(invoice.number, invoice)
  announceInvoice(ctx, invoice)
  for (const note of invoice.credit_notes) {
    if (note.status !== 'draft') continue
    note.status = 'finalized'
    note.number = noteNumber(note)
    emitCreditNote(ctx, note)
  }
  return invoice
}

/** DELETE of a draft, from 1.51 on. */
export function deleteInvoice(ctx: Context, invoice: InvoiceRow): InvoiceRow {
  if (invoice.status !== 'draft') throw notAllowed('invalid_status')
  invoice.status = 'deleted'
  invoice.updated_at = ctx.clock.now()
  emitInvoice(ctx, 'invoice.deleted', invoice)
  return invoice
}

/** Hosted payment pages exist only with one of Lago's own providers. Source: generate_payment_url_service.rb. */
export function paymentUrl(invoice: InvoiceRow) {
  const { customer } = invoice
  if (customer.payment_provider === null) throw unprocessable({ base: ['no_linked_payment_provider'] })
  if (invoice.status !== 'finalized' || invoice.payment_status === 'succeeded') {
    throw unprocessable({ base: ['invalid_invoice_status_or_payment_status'] })
  }
  return {
    lago_customer_id: customer.lago_id,
    lago_invoice_id: invoice.lago_id,
    external_customer_id: customer.external_id,
    payment_provider: customer.payment_provider,
    payment_url: `https://${customer.payment_provider}.test/pay/${invoice.lago_id}`,
  }
}
