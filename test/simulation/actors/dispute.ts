import type { DisputeOutcome } from '../../../sandbox/dodo/model/disputes.ts'
import { type Actor, doing } from '../scene.ts'
import { capturedPayments } from './support/books.ts'

const OUTCOMES: readonly DisputeOutcome[] = ['won', 'lost', 'accepted', 'cancelled', 'expired', 'challenged']

/** A customer disputes a payment; an open dispute is decided. */
export const actor: Actor = {
  name: 'a dispute moves',
  weight: 2,
  act(scene, random) {
    const open = scene.dodo.state.disputes
      .all()
      .filter(d => ['dispute_opened', 'dispute_challenged'].includes(d.dispute_status))
    if (open.length > 0 && random.next() < 0.7) {
      const { dispute_id } = random.pick(open)
      const outcome = random.pick(OUTCOMES)
      return doing(scene, `dispute ${dispute_id} ${outcome}`, () =>
        scene.dodo.control.resolveDispute(dispute_id, outcome),
      )
    }
    const rows = capturedPayments(scene)
    if (rows.length === 0) return null
    const { payment } = random.pick(rows)
    const rdr = random.next() < 0.2
    return doing(scene, `dispute of ${payment.payment_id}${rdr ? ', resolved at once' : ''}`, () =>
      scene.dodo.control.openDispute(payment.payment_id, { rdr }),
    )
  },
}
