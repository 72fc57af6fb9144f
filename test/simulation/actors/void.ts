import { type Actor, doing } from '../scene.ts'
import { anInvoice } from './support/books.ts'

/** An invoice is voided, a paid one too, with or without a credit note; a voided one may be made again. */
export const actor: Actor = {
  name: 'an invoice is voided',
  weight: 2,
  act(scene, random) {
    const invoice = anInvoice(scene, random)
    if (!invoice) return null
    const invoice_id = invoice.lago_id
    if (invoice.status === 'voided')
      return doing(scene, `regenerates ${invoice.number}`, () =>
        scene.lago.control.regenerate({ invoice_id }),
      )
    const refund = random.next() < 0.3 ? random.int(1, Math.max(1, invoice.total_paid_amount_cents)) : 0
    return doing(scene, `voids ${invoice.number}${refund > 0 ? `, refunding ${refund}` : ''}`, () =>
      scene.lago.control.voidInvoice({
        invoice_id,
        ...(refund > 0 && { generate_credit_note: true, refund_amount: refund }),
      }),
    )
  },
}
