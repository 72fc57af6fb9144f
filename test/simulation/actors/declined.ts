import { type Actor, doing, type Scene } from '../scene.ts'
import { aCheckout } from './support/checkouts.ts'

const CODES = ['INSUFFICIENT_FUNDS', 'STOLEN_CARD', 'INCORRECT_CVC', 'GENERIC_DECLINE', 'PROCESSING_ERROR']

/** A card is declined, or the customer cancels; often another card is tried within minutes. */
export const actor: Actor = {
  name: 'a payment is declined',
  weight: 6,
  always: 'goes on',
  async act(scene, random) {
    const session = await aCheckout(scene, random)
    if (!session) return null
    const cancelled = random.next() < 0.2
    const errorCode = random.pick(CODES)
    if (random.next() < 0.6)
      scene.timeline.after(random.int(1_000, 60_000), () => {
        scene.say(`  … ${doing(scene, `tries another card in ${session}`, () => paidIn(scene, session))}`)
      })
    return doing(scene, `${cancelled ? 'cancels' : `is declined (${errorCode})`} in ${session}`, () =>
      scene.dodo.control.pay(
        session,
        cancelled ? { outcome: 'cancelled' } : { outcome: 'failed', errorCode },
      ),
    )
  },
}

const paidIn = ({ dodo }: Scene, session: string) => dodo.control.pay(session, { outcome: 'succeeded' })
