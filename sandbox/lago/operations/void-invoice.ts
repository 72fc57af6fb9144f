import type { Context } from '../context.ts'
import { forbidden, notAllowed, unprocessable } from '../errors.ts'
import { remainingTotal, spreadOverFees } from '../rules/spread-over-fees.ts'
import { has } from '../rules/version.ts'
import type { InvoiceRow } from '../state/invoice.ts'
import { emitInvoice } from '../webhooks/invoice-events.ts'
import { createCreditNote } from './create-credit-note.ts'
import { creditableInvoice } from './creditable-invoice.ts'
import { grantCredits } from './void-credits.ts'

export interface VoidParams {
  generate_credit_note?: unknown
  refund_amount?: unknown
  credit_amount?: unknown
}

/**
 * Voids a finalized invoice, a paid one too; open payment links elsewhere are nobody's concern here.
 * Source: lago-api app/services/invoices/void_service.rb.
 */
export function voidInvoice(ctx: Context, invoice: InvoiceRow, params: VoidParams = {}): InvoiceRow {
  const paidRefused = invoice.payment_status === 'succeeded' && !has(ctx.settings.version, 'voidPaidInvoice')
  if (invoice.status !== 'finalized' || paidRefused) throw notAllowed('not_voidable')
  const withNote = params.generate_credit_note === true || params.generate_credit_note === 'true'
  if (withNote && !ctx.settings.premium) throw forbidden()
  const refund = cents(params.refund_amount)
  const credit = cents(params.credit_amount)
  if (withNote && refund + credit > remainingTotal(creditableInvoice(invoice))) {
    throw unprocessable({ credit_refund_amount: ['total_amount_exceeds_invoice_amount'] })
  }
  if (withNote && refund + credit > 0) {
    createCreditNote(
      ctx,
      invoice,
      {
        reason: 'other',
        refund_amount_cents: refund,
        credit_amount_cents: credit,
        items: spreadOverFees(creditableInvoice(invoice), refund + credit),
      },
      { automatic: true },
    )
  }
  const now = ctx.clock.now()
  invoice.status = 'voided'
  invoice.voided_at = now
  invoice.updated_at = now
  invoice.payment_overdue = false
  invoice.ready_for_payment_processing = false
  giveBackPrepaidCredit(ctx, invoice)
  emitInvoice(ctx, 'invoice.voided', invoice)
  return invoice
}

function giveBackPrepaidCredit(ctx: Context, invoice: InvoiceRow): void {
  if (invoice.prepaid_credit_amount_cents === 0) return
  const wallet = invoice.customer.wallets.find(
    candidate => candidate.status === 'active' && candidate.currency === invoice.currency,
  )
  if (!wallet) return
  grantCredits(ctx, wallet, invoice.prepaid_credit_amount_cents, {
    lago_voided_invoice_id: invoice.lago_id,
  })
}

const cents = (value: unknown): number =>
  typeof value === 'number' ? Math.trunc(value) : Number(value ?? 0) || 0
