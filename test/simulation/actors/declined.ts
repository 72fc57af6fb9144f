import { type Actor, doing } from '../scene.ts'
import { aCheckout } from './support/checkouts.ts'

const CODES = ['INSUFFICIENT_FUNDS', 'STOLEN_CARD', 'INCORRECT_CVC', 'GENERIC_DECLINE', 'PROCESSING_ERROR']

/** A card is declined, or the customer cancels. */
export const actor: Actor = {
  name: 'a payment is declined',
  weight: 7,
  async act(scene, random) {
    const session = await aCheckout(scene, random)
    if (!session) return null
    const cancelled = random.next() < 0.2
    const errorCode = random.pick(CODES)
    return doing(scene, `${cancelled ? 'cancels' : `is declined (${errorCode})`} in ${session}`, () =>
      scene.dodo.control.pay(
        session,
        cancelled ? { outcome: 'cancelled' } : { outcome: 'failed', errorCode },
      ),
    )
  },
}
