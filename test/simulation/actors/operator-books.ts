import { dueOf } from '../../../sandbox/lago/state/invoice.ts'
import { type Actor, doing } from '../scene.ts'
import { anInvoice } from './support/books.ts'

/** An operator enters a bank transfer in Lago. */
export const actor: Actor = {
  name: 'an operator records a payment',
  weight: 4,
  act(scene, random) {
    const invoice = anInvoice(scene, random)
    if (invoice?.status !== 'finalized') return null
    const due = dueOf(invoice)
    if (due <= 0) return null
    const amount_cents = random.next() < 0.4 ? due : random.int(1, due)
    return doing(scene, `bank transfer of ${amount_cents} for ${invoice.number}`, () =>
      scene.lago.control.recordPaymentByOperator({ invoice_id: invoice.lago_id, amount_cents }),
    )
  },
}
