import { type Actor, doing } from '../scene.ts'
import { aCheckout } from './support/checkouts.ts'

/** A payment begins and does not end yet: the bank works on it, or the customer left in the middle. */
export const actor: Actor = {
  name: 'a payment hangs',
  weight: 3,
  async act(scene, random) {
    const session = await aCheckout(scene, random)
    if (!session) return null
    const outcome = random.pick(['processing', 'requires_customer_action'] as const)
    return doing(scene, `begins to pay in ${session}: ${outcome}`, () =>
      scene.dodo.control.pay(session, { outcome }),
    )
  },
}
