import { type Actor, doing } from '../scene.ts'

/** A payment that hung comes to its end. */
export const actor: Actor = {
  name: 'a bank decides',
  weight: 4,
  act(scene, random) {
    const open = scene.dodo.state.payments
      .all()
      .filter(({ payment }) => ['processing', 'requires_customer_action'].includes(payment.status ?? ''))
    if (open.length === 0) return null
    const { payment } = random.pick(open)
    const outcome = random.pick(['succeeded', 'succeeded', 'failed', 'cancelled'] as const)
    return doing(scene, `payment ${payment.payment_id} is ${outcome}`, () =>
      scene.dodo.control.settle(payment.payment_id, outcome, 'INSUFFICIENT_FUNDS'),
    )
  },
}
