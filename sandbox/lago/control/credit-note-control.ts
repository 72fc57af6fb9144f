import type { Context } from '../context.ts'
import type { CreditNoteRequest } from '../credit-note-rules.ts'
import { createCreditNote } from '../operations/create-credit-note.ts'
import { creditableInvoice } from '../operations/creditable-invoice.ts'
import { spreadOverFees } from '../rules/spread-over-fees.ts'
import { creditNoteObject } from '../serialize/credit-note.ts'
import type { WireCreditNote } from '../serialize/wire.ts'
import { dueOf } from '../state/invoice.ts'
import type { InvoiceRef } from './inputs.ts'
import { anyInvoice } from './lookup.ts'

type Amount = InvoiceRef & { amount_cents: number; reason?: string; description?: string }

export interface CreditNoteControl {
  /** As in the dashboard: needs a licence. Without items they are spread over the fees. */
  createCreditNote(input: InvoiceRef & CreditNoteRequest): WireCreditNote
  /** A note that refunds; amount with taxes. */
  refundByCreditNote(input: Amount): WireCreditNote
  /** A note that lowers what is due; default: all that is due. */
  applyOffsetCreditNote(input: InvoiceRef & { amount_cents?: number }): WireCreditNote
  /** The note Lago writes itself when a subscription ends early; needs no licence. */
  terminateSubscription(input: Amount & { refund_amount_cents?: number }): WireCreditNote
}

export function creditNoteControl(ctx: Context): CreditNoteControl {
  const create = (
    { invoice_id, ...request }: InvoiceRef & CreditNoteRequest,
    automatic = false,
  ): WireCreditNote => {
    const invoice = anyInvoice(ctx, invoice_id)
    const total = [request.credit_amount_cents, request.refund_amount_cents, request.offset_amount_cents]
      .map(Number)
      .reduce((sum, amount) => sum + (amount || 0), 0)
    const items = request.items ?? spreadOverFees(creditableInvoice(invoice), total)
    return creditNoteObject(ctx, createCreditNote(ctx, invoice, { ...request, items }, { automatic }), true)
  }
  return {
    createCreditNote: input => create(input),
    refundByCreditNote: ({ amount_cents, ...input }) =>
      create({ ...input, refund_amount_cents: amount_cents }),
    applyOffsetCreditNote: ({ invoice_id, amount_cents }) =>
      create({ invoice_id, offset_amount_cents: amount_cents ?? dueOf(anyInvoice(ctx, invoice_id)) }),
    terminateSubscription: ({ amount_cents, refund_amount_cents = 0, ...input }) =>
      create(
        {
          reason: 'order_change',
          ...input,
          credit_amount_cents: amount_cents - refund_amount_cents,
          refund_amount_cents,
        },
        true,
      ),
  }
}
