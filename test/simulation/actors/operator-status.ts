import { type Actor, doing } from '../scene.ts'
import { anInvoice } from './support/books.ts'

/** An operator changes a payment status by hand. */
export const actor: Actor = {
  name: 'an operator sets a status',
  weight: 1,
  act(scene, random) {
    const invoice = anInvoice(scene, random)
    if (invoice?.status !== 'finalized') return null
    const payment_status = random.pick(['succeeded', 'succeeded', 'failed', 'pending'] as const)
    return doing(scene, `sets ${invoice.number} to ${payment_status} by hand`, () => {
      scene.lago.control.setPaymentStatus({ invoice_id: invoice.lago_id, payment_status })
      scene.setByOperator.set(invoice.lago_id, payment_status)
    })
  },
}
