import { REFUND_METADATA_KEY, toCreditNoteFact } from '../lago/credit-note.ts'
import { absent, done, type EffectHandler, knownInvoice } from './types.ts'

/** Tells Lago what became of a credit note's refund. Lago accepts any change and sends no webhook for it. */
export const setRefundStatus: EffectHandler<'set-refund-status'> = {
  settleMs: () => 0,

  request: step => ({ status: step.status, refund_id: step.refundId ?? '' }),

  async run(step, _facts, { lago }) {
    const metadata = step.refundId ? { metadata: { [REFUND_METADATA_KEY]: step.refundId } } : {}
    const note = toCreditNoteFact(
      await lago.updateCreditNote(step.creditNoteId, { refund_status: step.status, ...metadata }),
    )
    return done({}, { creditNotes: [{ ...note, dodoRefundId: note.dodoRefundId ?? step.refundId }] })
  },

  async verify(intent, facts, { lago, now }) {
    const [id, status] = intent.key.split(':')
    const at = now()
    const creditNotes = (await lago.listCreditNotes(knownInvoice(facts))).map(toCreditNoteFact)
    const patch = { creditNotes, creditNotesReadAt: at }
    return creditNotes.some(n => n.id === id && n.refundStatus === status) ? done({}, patch) : absent(patch)
  },
}
