import { type Actor, doing } from '../scene.ts'
import { ADMIN } from '../tokens.ts'
import { aTopup } from './support/topups.ts'

/** An operator cancels a top-up, or gives its credits by hand. */
export const actor: Actor = {
  name: 'an operator handles a top-up',
  weight: 2,
  sells: true,
  async act(scene, random) {
    const topup = await aTopup(scene, random)
    if (!topup) return null
    const { id } = topup
    const verb = random.next() < 0.6 ? 'cancel' : 'finish'
    if (verb === 'finish') scene.finishedByOperator.add(id)
    return doing(scene, `an operator will ${verb} ${id}`, async () => {
      const path = `/v1/balance/topups/${verb}`
      const { status } = await scene.ask({ path, token: ADMIN, body: { topup_id: id, note: 'by hand' } })
      if (verb === 'cancel' && status === 200) scene.canceled.add(id)
      scene.say(`  … ${verb} ${id}: ${status}`)
    })
  },
}
