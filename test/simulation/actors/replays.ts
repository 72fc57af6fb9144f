import { type Actor, doing } from '../scene.ts'

/** Somebody sends an old webhook again from a dashboard, long after it arrived. */
export const actor: Actor = {
  name: 'a webhook is replayed',
  weight: 2,
  act(scene, random) {
    const { deliveries } = random.pick([scene.lago, scene.dodo])
    const { log } = deliveries
    if (log.length === 0) return null
    const { id, type } = random.pick(log)
    return doing(scene, `replays ${type} ${id}`, () => void deliveries.replay(id))
  },
}
