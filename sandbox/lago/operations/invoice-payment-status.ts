import type { Context } from '../context.ts'
import { VISIBLE_STATUSES } from '../credit-note-rules.ts'
import { day } from '../dates.ts'
import type { PaymentStatus } from '../rules/credit-note-input.ts'
import { has } from '../rules/version.ts'
import type { InvoiceRow } from '../state/invoice.ts'
import { emitInvoice } from '../webhooks/invoice-events.ts'
import { nextNumber } from './build-invoice.ts'
import { failTransaction, settleTransaction } from './settle-wallet-transaction.ts'

export const isVisible = (invoice: InvoiceRow): boolean => VISIBLE_STATUSES.includes(invoice.status)

/**
 * Sets the payment status, from any value to any value: nothing guards against un-paying an invoice. The amounts paid
 * and due stay as they are. Told by webhook when the value changed and the invoice is visible.
 * Source: lago-api app/services/invoices/update_service.rb.
 */
export function setPaymentStatus(
  ctx: Context,
  invoice: InvoiceRow,
  status: PaymentStatus,
  { silent = false, wallet = true }: { silent?: boolean; wallet?: boolean } = {},
): void {
  const changed = invoice.payment_status !== status
  invoice.payment_status = status
  invoice.updated_at = ctx.clock.now()
  if (status === 'succeeded') invoice.payment_overdue = false
  if (changed) {
    ctx.later(() => {
      for (const fee of invoice.fees) fee.payment_status = invoice.payment_status
    })
  }
  if (invoice.invoice_type === 'credit' && wallet) ctx.later(() => prepaidCreditJob(ctx, invoice, status))
  if (status === 'succeeded' && invoice.status === 'open') {
    finalizeGated(ctx, invoice)
    return
  }
  if (changed && !silent && isVisible(invoice) && invoice.invoice_type !== 'advance_charges') {
    emitInvoice(ctx, 'invoice.payment_status_updated', invoice)
  }
}

/** Source: lago-api app/jobs/invoices/prepaid_credit_job.rb. */
function prepaidCreditJob(ctx: Context, invoice: InvoiceRow, status: PaymentStatus): void {
  const transaction = invoice.wallet_transaction
  if (!transaction) return
  if (status === 'succeeded') settleTransaction(ctx, transaction)
  if (status === 'failed' && has(ctx.settings.version, 'failedMarksWalletTransaction')) {
    failTransaction(ctx, transaction)
  }
}

// A gated top-up becomes a real invoice only once it is paid, and is announced as paid.
function finalizeGated(ctx: Context, invoice: InvoiceRow): void {
  const today = day(ctx.clock.now())
  Object.assign(invoice, nextNumber(invoice.customer), {
    status: 'finalized',
    issuing_date: today,
    payment_due_date: today,
  })
  ctx.state.invoicesByNumber.set(invoice.number, invoice)
  ctx.state.invoiceMoved()
  emitInvoice(ctx, 'invoice.paid_credit_added', invoice)
}
