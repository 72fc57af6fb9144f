import type { InvoiceRow } from '../../../sandbox/lago/state/invoice.ts'
import { type Actor, doing } from '../scene.ts'
import { aPaidInvoice } from './support/books.ts'

/** The merchant writes a credit note in Lago: to refund, to credit, or to lower what is due. */
export const actor: Actor = {
  name: 'a credit note in Lago',
  weight: 9,
  act(scene, random) {
    const invoice = aPaidInvoice(scene, random)
    if (!invoice || invoice.total_amount_cents < 4) return null
    const { control } = scene.lago
    const invoice_id = invoice.lago_id
    const left = Math.max(1, invoice.total_paid_amount_cents - refunded(invoice))
    // Small parts too: of what was sent back twice by mistake, Dodo would refuse the second if it were too much.
    const most = Math.max(1, Math.floor(left / random.pick([1, 2, 3])))
    const part = random.next() < 0.8 ? random.int(1, most) : random.int(1, invoice.total_amount_cents)
    switch (random.int(0, 4)) {
      case 0:
        return doing(scene, `offset note of ${part} on ${invoice.number}`, () =>
          control.applyOffsetCreditNote({ invoice_id, ...(random.next() < 0.7 && { amount_cents: part }) }),
        )
      case 1:
        return doing(scene, `early end of a subscription: ${part} credited on ${invoice.number}`, () =>
          control.terminateSubscription({
            invoice_id,
            amount_cents: part,
            ...(random.next() < 0.5 && { refund_amount_cents: Math.ceil(part / 2) }),
          }),
        )
      case 2:
        return doing(scene, `note that refunds all of ${invoice.number}`, () =>
          control.refundByCreditNote({ invoice_id, amount_cents: left }),
        )
      default:
        return doing(scene, `note that refunds ${part} of ${invoice.number}`, () =>
          control.refundByCreditNote({ invoice_id, amount_cents: part }),
        )
    }
  },
}

const refunded = (invoice: InvoiceRow): number =>
  invoice.credit_notes.reduce((sum, note) => sum + note.refund_amount_cents + note.credit_amount_cents, 0)
