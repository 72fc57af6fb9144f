import type { Act } from '../story.ts'

/** How long nothing must happen before we believe that nothing will, in milliseconds. */
const SILENCE_MS = 700

let before = ''
let sentAt = 0

export const everythingIsDeliveredAgain: Act = {
  title: 'Both sides deliver their webhooks again, in the wrong order',
  waitFor: 'nothing to happen',
  async begin({ stage, traffic }) {
    before = JSON.stringify(traffic.calls)
    for (const { deliveries } of [stage.dodo, stage.lago])
      for (const { id } of deliveries.log.toReversed()) await deliveries.replay(id)
    sentAt = Date.now()
  },
  isOver({ traffic }) {
    if (JSON.stringify(traffic.calls) !== before) throw new Error('a repeated webhook made the bridge act')
    return Date.now() - sentAt > SILENCE_MS
  },
}
