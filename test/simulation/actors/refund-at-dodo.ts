import { type Actor, doing } from '../scene.ts'
import { capturedPayments } from './support/books.ts'

/** The merchant gives money back in Dodo's dashboard, all or a part. */
export const actor: Actor = {
  name: 'a refund in the Dodo dashboard',
  weight: 4,
  act(scene, random) {
    const rows = capturedPayments(scene)
    if (rows.length === 0) return null
    const { payment } = random.pick(rows)
    const whole = random.next() < 0.4
    const unit = payment.currency === 'HUF' ? 100 : 1
    const most = Math.floor(payment.total_amount / unit)
    const amount = whole || most < 2 ? undefined : random.int(1, most - 1) * unit
    const initial = random.pick(['succeeded', 'succeeded', 'pending', 'review', 'failed'] as const)
    return doing(scene, `refund of ${amount ?? 'all'} of ${payment.payment_id}, ${initial}`, () =>
      scene.dodo.control.createRefund(payment.payment_id, amount, { initial }),
    )
  },
}
