import type { Context } from '../context.ts'
import { type CreditNoteRequest, checkCreditNote } from '../credit-note-rules.ts'
import { day } from '../dates.ts'
import { notFound, refusal } from '../errors.ts'
import { creditNoteObject } from '../serialize/credit-note.ts'
import type { CreditNoteRow } from '../state/credit-note.ts'
import { dueOf, type InvoiceRow } from '../state/invoice.ts'
import { creditableInvoice } from './creditable-invoice.ts'
import { setPaymentStatus } from './invoice-payment-status.ts'
import { failTransaction } from './settle-wallet-transaction.ts'
import { voidCredits } from './void-credits.ts'

/**
 * POST /credit_notes and Lago's own notes (`automatic`, which need no licence).
 * Source: lago-api app/services/credit_notes/create_service.rb.
 */
export function createCreditNote(
  ctx: Context,
  invoice: InvoiceRow | undefined,
  request: CreditNoteRequest,
  { automatic = false }: { automatic?: boolean } = {},
): CreditNoteRow {
  if (!invoice) throw notFound('invoice')
  const { version, premium } = ctx.settings
  const verdict = checkCreditNote({
    version,
    premium,
    automatic,
    invoice: creditableInvoice(invoice),
    request,
  })
  if (!verdict.ok) throw refusal(verdict.status, verdict.code, verdict.errors)
  const now = ctx.clock.now()
  const sequential_id = invoice.credit_notes.length + 1
  const note: CreditNoteRow = {
    ...verdict.note,
    lago_id: ctx.uuid(),
    invoice,
    order: ctx.state.nextOrder(),
    sequential_id,
    number: `${invoice.number}-CN${pad(sequential_id)}`,
    issuing_date: day(now),
    refunded_at: null,
    items: verdict.note.items.map(item => ({ ...item, lago_id: ctx.uuid() })),
    created_at: now,
    updated_at: now,
  }
  invoice.credit_notes.push(note)
  ctx.state.creditNotes.set(note.lago_id, note)
  if (note.status === 'finalized') emitCreditNote(ctx, note)
  if (note.offset_amount_cents > 0) settleByOffset(ctx, invoice)
  const topUp = invoice.invoice_type === 'credit' ? invoice.wallet_transaction : null
  if (topUp && note.refund_amount_cents > 0 && note.refund_status === 'pending') {
    voidCredits(ctx, topUp.wallet, note.refund_amount_cents, { note_id: note.lago_id, from: topUp })
  }
  return note
}

// A top-up that was offset away was never paid: its transaction fails and the wallet gets nothing.
function settleByOffset(ctx: Context, invoice: InvoiceRow): void {
  if (dueOf(invoice) !== 0) return
  if (invoice.wallet_transaction) failTransaction(ctx, invoice.wallet_transaction)
  setPaymentStatus(ctx, invoice, 'succeeded', { wallet: false })
}

export function emitCreditNote(ctx: Context, note: CreditNoteRow): void {
  ctx.emit('credit_note.created', () => creditNoteObject(ctx, note))
}

export const noteNumber = (note: CreditNoteRow): string =>
  `${note.invoice.number}-CN${pad(note.sequential_id)}`

const pad = (sequence: number): string => String(sequence).padStart(3, '0')
