import { type Actor, doing } from '../scene.ts'

/** A refund that was under way comes to its end, days later perhaps. */
export const actor: Actor = {
  name: 'a refund comes to its end',
  weight: 2,
  act(scene, random) {
    const open = scene.dodo.state.refunds
      .all()
      .filter(({ refund }) => ['pending', 'review'].includes(refund.status))
    if (open.length === 0) return null
    const { refund } = random.pick(open)
    const outcome = random.next() < 0.75 ? 'succeeded' : 'failed'
    return doing(scene, `refund ${refund.refund_id} ${outcome}`, () =>
      scene.dodo.control.settleRefund(refund.refund_id, outcome),
    )
  },
}
