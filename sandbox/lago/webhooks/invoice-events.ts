import type { Context } from '../context.ts'
import { has } from '../rules/version.ts'
import { type InvoiceInclude, invoiceObject } from '../serialize/invoice.ts'
import type { InvoiceRow } from '../state/invoice.ts'

type InvoiceEvent =
  | 'invoice.created'
  | 'invoice.one_off_created'
  | 'invoice.paid_credit_added'
  | 'invoice.drafted'
  | 'invoice.ready_to_finalize'
  | 'invoice.voided'
  | 'invoice.deleted'
  | 'invoice.generated'
  | 'invoice.payment_status_updated'
  | 'invoice.payment_overdue'

const CREATED: readonly InvoiceInclude[] = [
  'customer',
  'subscriptions',
  'fees',
  'credits',
  'applied_taxes',
  'custom_sections',
]
const SHORT: readonly InvoiceInclude[] = ['customer', 'fees', 'applied_taxes', 'custom_sections']

// Metadata is in none of them. Source: lago-api app/services/webhooks/invoices/*.rb.
const INCLUDES: Record<InvoiceEvent, readonly InvoiceInclude[]> = {
  'invoice.created': CREATED,
  'invoice.one_off_created': SHORT,
  'invoice.paid_credit_added': SHORT,
  'invoice.drafted': [...CREATED, 'error_details'],
  'invoice.ready_to_finalize': [...CREATED, 'error_details'],
  'invoice.voided': ['customer', 'subscriptions', 'fees', 'credits', 'applied_taxes'],
  'invoice.deleted': ['customer'],
  'invoice.generated': ['customer'],
  'invoice.payment_status_updated': ['customer', 'fees'],
  'invoice.payment_overdue': ['customer', 'fees', 'applied_taxes'],
}

export function emitInvoice(ctx: Context, type: InvoiceEvent, invoice: InvoiceRow): void {
  ctx.emit(type, () => invoiceObject(ctx, invoice, INCLUDES[type]))
}

/**
 * The event that tells of a new finalized invoice goes by its type; a one-off taxed by a tax provider and anything
 * regenerated from a voided invoice come as plain `invoice.created`.
 * Source: lago-api app/services/invoices/*.rb.
 */
export function createdEvent(invoice: InvoiceRow): InvoiceEvent {
  if (invoice.invoice_type === 'one_off') return 'invoice.one_off_created'
  return invoice.invoice_type === 'credit' ? 'invoice.paid_credit_added' : 'invoice.created'
}

/** Announces a new invoice as its status demands. Invisible and waiting ones are not announced. */
export function announceInvoice(ctx: Context, invoice: InvoiceRow, plain = false): void {
  if (invoice.status === 'draft') {
    emitInvoice(ctx, 'invoice.drafted', invoice)
    if (has(ctx.settings.version, 'readyToFinalizeEvent')) {
      emitInvoice(ctx, 'invoice.ready_to_finalize', invoice)
    }
  }
  if (invoice.status === 'finalized') {
    emitInvoice(ctx, plain ? 'invoice.created' : createdEvent(invoice), invoice)
  }
}

/** What "retry payment" sends when no provider can be asked. Source: lago-api app/services/invoices/payments/retry_service.rb. */
export function emitNoProvider(ctx: Context, invoice: InvoiceRow): void {
  ctx.emit('invoice.payment_failure', () => ({
    lago_invoice_id: invoice.lago_id,
    lago_customer_id: invoice.customer.lago_id,
    external_customer_id: invoice.customer.external_id,
    provider_customer_id: null,
    payment_provider: null,
    payment_provider_code: null,
    provider_error: null,
    error_details: { code: 'customer_must_have_payment_provider' },
  }))
}
