import { type Actor, doing } from '../scene.ts'
import { askForCheckout, aTopup } from './support/topups.ts'

/** A buyer asks for the checkout again: impatient, in a second tab, or days later. */
export const actor: Actor = {
  name: 'a buyer asks for the checkout',
  weight: 4,
  sells: true,
  async act(scene, random) {
    const topup = await aTopup(scene, random)
    if (!topup) return null
    const { id, user } = topup
    return doing(scene, `${user} asks for the checkout of ${id}`, () => askForCheckout(scene, id, user))
  },
}
