import { isRefusal } from '../calls/call-error.ts'
import { creditNoteItems } from '../core/credit-note/items.ts'
import { parseCreditableInvoice } from '../core/credit-note/parse.ts'
import { refundReason } from '../core/credit-note/refund-reason.ts'
import type { Facts } from '../core/facts.ts'
import { minBigint } from '../core/money.ts'
import { describeRefund, REFUND_METADATA_KEY, toCreditNoteFact } from '../lago/credit-note.ts'
import { creditItemOf } from '../lago/invoice.ts'
import { UNLICENSED } from './record-amount.ts'
import { absent, done, type EffectHandler, knownInvoice, type Outcome, type StepContext } from './types.ts'

/** Writes the one Lago credit note of a Dodo refund, over exactly what of it belongs to the invoice. */
export const issueCreditNote: EffectHandler<'issue-credit-note'> = {
  // Lago would take the same note twice.
  settleMs: () => 15_000,

  request: step => ({ amount: step.amount.toString(), payment_id: step.paymentId }),

  async run(step, facts, context) {
    const { lago, licence } = context
    const invoice = knownInvoice(facts)
    const json = await lago.getInvoiceWithFees(invoice.id)
    const creditable = parseCreditableInvoice(json, await lago.listCreditNotes(invoice))
    const holds = await walletHolds(json, context)
    const amount = holds === null ? step.amount : minBigint(step.amount, holds)
    const shortfall = { shortfall: (step.amount - amount).toString() }
    if (amount === 0n) return done({ amount: '0', ...shortfall })

    const spread = creditNoteItems(
      holds === null ? creditable : { ...creditable, walletBalanceCents: holds },
      amount,
    )
    if (spread.kind === 'refused')
      return done({ amount: '0', shortfall: '0', refused: spread.reason, message: spread.detail })
    try {
      const note = await lago.createCreditNote({
        invoice_id: invoice.id,
        reason: refundReason(step.reason),
        description: describeRefund(step.refundId, step.paymentId),
        refund_amount_cents: Number(amount),
        items: spread.items.map(item => ({ fee_id: item.feeId, amount_cents: item.amount })),
        metadata: { [REFUND_METADATA_KEY]: step.refundId, dodo_payment_id: step.paymentId },
      })
      const fact = toCreditNoteFact(note)
      const result = {
        credit_note_id: fact.id,
        number: fact.number,
        amount: fact.refundAmount.toString(),
        ...shortfall,
      }
      return done(result, { creditNotes: [{ ...fact, dodoRefundId: step.refundId }] })
    } catch (error) {
      if (!isRefusal(error, 403)) throw error
      await licence.noteMissing()
      return absent({}, UNLICENSED)
    }
  },

  async verify(intent, facts, context) {
    return found(intent.key, facts, context)
  },
}

async function found(refundId: string, facts: Facts, { lago, now }: StepContext): Promise<Outcome> {
  const at = now()
  const notes = (await lago.listCreditNotes(knownInvoice(facts))).map(toCreditNoteFact)
  const patch = { creditNotes: notes, creditNotesReadAt: at }
  const note = notes.find(n => n.dodoRefundId === refundId)
  return note
    ? done({ credit_note_id: note.id, number: note.number, amount: note.refundAmount.toString() }, patch)
    : absent(patch)
}

/** A top-up invoice gives back no more than its wallet still holds; null for every other invoice. */
async function walletHolds(json: unknown, { lago }: StepContext): Promise<bigint | null> {
  const walletTransactionId = creditItemOf(json)
  return walletTransactionId ? lago.walletBalance(walletTransactionId) : null
}
