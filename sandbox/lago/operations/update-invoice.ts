import type { Context } from '../context.ts'
import { notAllowed, notFound, unprocessable } from '../errors.ts'
import type { PaymentStatus } from '../rules/credit-note-input.ts'
import { INVOICE_METADATA, replaceMetadata } from '../rules/replace-metadata.ts'
import { has } from '../rules/version.ts'
import type { InvoiceRow, MetadataRow } from '../state/invoice.ts'
import { isVisible, setPaymentStatus } from './invoice-payment-status.ts'

const PAYMENT_STATUSES: readonly unknown[] = ['pending', 'succeeded', 'failed']

/** PUT /invoices/:id. Source: lago-api invoices_controller.rb, app/services/invoices/update_service.rb. */
export function updateInvoice(
  ctx: Context,
  invoice: InvoiceRow | undefined,
  params: { payment_status?: unknown; metadata?: unknown },
): InvoiceRow {
  if (invoice?.status === 'voided' && has(ctx.settings.version, 'voidedRefusesUpdate')) {
    throw notAllowed('update_on_voided_invoice')
  }
  if (!invoice || !isVisible(invoice)) throw notFound('invoice')
  const metadata = Array.isArray(params.metadata) ? (params.metadata as unknown[]) : undefined
  if (metadata && invoice.status === 'draft') throw notAllowed('metadata_on_draft_invoice')
  const given = 'payment_status' in params
  if (given && !PAYMENT_STATUSES.includes(params.payment_status)) {
    throw unprocessable({ payment_status: ['value_is_invalid'] })
  }
  if (metadata && metadata.length > INVOICE_METADATA.count) {
    throw unprocessable({ metadata: ['invalid_count'] })
  }
  if (given && invoice.status === 'draft' && params.payment_status !== invoice.payment_status) {
    throw notAllowed('payment_status_update_on_draft_invoice')
  }
  const replaced = metadata && replacedMetadata(ctx, invoice, metadata)
  if (given) setPaymentStatus(ctx, invoice, params.payment_status as PaymentStatus)
  if (replaced) {
    invoice.metadata = replaced
    invoice.updated_at = ctx.clock.now()
  }
  return invoice
}

function replacedMetadata(ctx: Context, invoice: InvoiceRow, given: unknown[]): MetadataRow[] {
  const result = replaceMetadata(invoice.metadata, given, INVOICE_METADATA, ctx.uuid)
  if (!result.ok) throw unprocessable(result.errors)
  return result.kept.map(({ lago_id, key, value, before }) => ({
    lago_id,
    key,
    value,
    created_at: before?.created_at ?? ctx.clock.now(),
  }))
}
