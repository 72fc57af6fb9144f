import { type Actor, doing } from '../scene.ts'
import { aCheckout } from './support/checkouts.ts'

/** A customer pays in a checkout that is open to them, an old one too. */
export const actor: Actor = {
  name: 'a customer pays',
  weight: 14,
  always: 'goes on',
  async act(scene, random) {
    const session = await aCheckout(scene, random)
    if (!session) return null
    return doing(scene, `pays in ${session}`, () => scene.dodo.control.pay(session, { outcome: 'succeeded' }))
  },
}
