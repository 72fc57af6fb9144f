import { type Actor, doing } from '../scene.ts'
import { aCheckout } from './support/checkouts.ts'

/** What is paid is not what was asked for: another amount, or another currency. */
export const actor: Actor = {
  name: 'a customer pays something else',
  weight: 1,
  async act(scene, random) {
    const session = await aCheckout(scene, random)
    if (!session) return null
    const amount = random.next() < 0.6
    const input = amount
      ? { amountOverride: random.int(60, 90_000) }
      : { currencyOverride: random.pick(['EUR', 'GBP', 'USD']) }
    return doing(scene, `pays ${JSON.stringify(input)} in ${session}`, () =>
      scene.dodo.control.pay(session, { outcome: 'succeeded', ...input }),
    )
  },
}
