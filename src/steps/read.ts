import type { Facts, FactsPatch } from '../core/facts.ts'
import { asLagoInvoiceId, type DodoPaymentId, type DodoSessionId, type TopupId } from '../core/ids.ts'
import { toDisputeFact, toPaymentFact, toRefundFact } from '../dodo/objects.ts'
import { toCreditNoteFact } from '../lago/credit-note.ts'
import { keeperOf } from './credit-balance.ts'
import { knownInvoice, type StepContext } from './types.ts'

/** Asks Lago for the invoice as it is now. */
export async function readInvoice(
  facts: Facts,
  { lago, topupOfCredit, now }: StepContext,
): Promise<FactsPatch> {
  const id = asLagoInvoiceId(facts.key.slice('invoice:'.length))
  const at = now()
  const invoice = id ? await lago.getInvoice(id, at) : null
  if (!invoice) return { missingAt: at }
  const topupId = invoice.walletTransactionId && (await topupOfCredit?.(invoice.walletTransactionId))
  return { invoice: topupId ? { ...invoice, topupId } : invoice }
}

/** Asks Dodo what became of a checkout, and of the payment made in it. */
export async function readSession(
  id: DodoSessionId,
  facts: Facts,
  context: StepContext,
): Promise<FactsPatch> {
  const session = facts.sessions.find(s => s.id === id)
  const readAt = context.now()
  const { paymentId, paymentStatus } = await context.dodo.getSession(id)
  const payment = paymentId ? await readPayment(paymentId, context) : {}
  return { ...payment, sessions: session ? [{ ...session, paymentId, paymentStatus, readAt }] : [] }
}

/** Asks Dodo for a payment with its refunds and disputes. */
export async function readPayment(id: DodoPaymentId, { dodo, now }: StepContext): Promise<FactsPatch> {
  const readAt = now()
  const { payment, refunds, disputes } = await dodo.getPayment(id)
  return {
    payments: [toPaymentFact(payment, readAt)],
    refunds: refunds.flatMap(refund => toRefundFact(refund) ?? []),
    disputes: disputes.map(toDisputeFact),
  }
}

/** Asks whoever keeps the top-ups for this one as it is now. */
export async function readTopup(facts: Facts, context: StepContext): Promise<FactsPatch> {
  const at = context.now()
  const topup = await keeperOf(context).read(facts.key.slice('topup:'.length) as TopupId, at)
  return topup ? { topup } : { missingAt: at }
}

/** Asks Lago for every credit note of the invoice. */
export async function readCreditNotes(facts: Facts, { lago, now }: StepContext): Promise<FactsPatch> {
  const at = now()
  const notes = await lago.listCreditNotes(knownInvoice(facts))
  return { creditNotes: notes.map(toCreditNoteFact), creditNotesReadAt: at }
}
