import { type Actor, doing } from '../scene.ts'
import { anInvoice } from './support/books.ts'

/** An operator presses "retry payment" in Lago. */
export const actor: Actor = {
  name: 'an operator presses retry',
  weight: 2,
  act(scene, random) {
    const invoice = anInvoice(scene, random)
    if (!invoice) return null
    return doing(scene, `presses "retry payment" for ${invoice.number}`, () =>
      scene.lago.control.pressRetryPayment({ invoice_id: invoice.lago_id }),
    )
  },
}
