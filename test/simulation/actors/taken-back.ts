import { type Actor, doing } from '../scene.ts'
import { aCheckout } from './support/checkouts.ts'

/** A customer pays, and a moment later the money goes back: the webhooks of both are under way at once. */
export const actor: Actor = {
  name: 'a payment is taken back at once',
  weight: 1,
  async act(scene, random) {
    const session = await aCheckout(scene, random)
    if (!session) return null
    const after = random.int(200, 5_000)
    const disputed = random.next() < 0.3
    const { control } = scene.dodo
    return doing(scene, `pays in ${session}, and has it back after ${after} ms`, async () => {
      const { payment_id, status } = await control.pay(session, { outcome: 'succeeded' })
      if (status !== 'succeeded') return
      scene.timeline.after(after, () => {
        const what = disputed
          ? `dispute of ${payment_id}, resolved at once`
          : `refund of all of ${payment_id}`
        const work = () =>
          disputed ? control.openDispute(payment_id, { rdr: true }) : control.createRefund(payment_id)
        scene.say(doing(scene, what, work))
      })
    })
  },
}
