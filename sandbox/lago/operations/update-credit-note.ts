import type { Context } from '../context.ts'
import { notAllowed, notFound, unprocessable } from '../errors.ts'
import { noteMetadata } from '../rules/note-metadata.ts'
import { has } from '../rules/version.ts'
import type { CreditNoteRow } from '../state/credit-note.ts'

const REFUND_STATUSES: readonly unknown[] = ['pending', 'succeeded', 'failed']

/** A finalized credit note; drafts are hidden. */
export function visibleNote(ctx: Context, id: string): CreditNoteRow {
  const note = ctx.state.creditNotes.get(id)
  if (note?.status !== 'finalized') throw notFound('credit_note')
  return note
}

/** PUT /credit_notes/:id: needs no licence, merges the metadata, sends no webhook. Source: update_service.rb. */
export function updateCreditNote(
  ctx: Context,
  note: CreditNoteRow,
  params: { refund_status?: unknown; metadata?: unknown },
): CreditNoteRow {
  const given = 'refund_status' in params
  if (given && !REFUND_STATUSES.includes(params.refund_status)) {
    throw unprocessable({ refund_status: ['value_is_invalid'] })
  }
  if ('metadata' in params && has(ctx.settings.version, 'creditNoteMetadata')) {
    note.metadata = mergedMetadata(note, params.metadata)
  }
  if (given) {
    note.refund_status = params.refund_status as CreditNoteRow['refund_status']
    if (note.refund_status === 'succeeded') note.refunded_at = ctx.clock.now()
  }
  note.updated_at = ctx.clock.now()
  return note
}

export function mergedMetadata(note: CreditNoteRow, given: unknown): CreditNoteRow['metadata'] {
  const added = noteMetadata(given)
  if (!added.ok) throw unprocessable({ metadata: [added.error] })
  const merged = noteMetadata({ ...note.metadata, ...added.value })
  if (!merged.ok) throw unprocessable({ metadata: [merged.error] })
  return merged.value
}

/** Voids what is left of the credit; a refund cannot be taken back. Source: void_service.rb. */
export function voidCreditNote(ctx: Context, note: CreditNoteRow): CreditNoteRow {
  if (note.credit_status === 'voided' || note.balance_amount_cents <= 0) {
    throw notAllowed('no_voidable_amount')
  }
  note.credit_status = 'voided'
  note.balance_amount_cents = 0
  note.updated_at = ctx.clock.now()
  return note
}
