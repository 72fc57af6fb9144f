import type { Deliveries, ReleaseOrder } from '../../kernel/deliveries.ts'
import type { Router } from '../../kernel/router.ts'
import { answer } from '../http/answer.ts'
import { topLevel } from '../http/params.ts'

/** How webhooks go wrong, over HTTP. */
export function deliveryRoutes(router: Router, deliveries: Deliveries): void {
  router
    .on('GET', '/_sandbox/deliveries', () =>
      answer({ totals: deliveries.totals, deliveries: deliveries.log }),
    )
    .on('POST', '/_sandbox/deliveries', async incoming => {
      const { duplicate, shuffle_ms, hold, release, drop_types, before_response } = topLevel(incoming) as {
        duplicate?: number
        shuffle_ms?: number
        hold?: boolean
        release?: ReleaseOrder
        drop_types?: string[] | null
        before_response?: boolean
      }
      if (typeof duplicate === 'number') deliveries.duplicate(duplicate)
      if (typeof shuffle_ms === 'number') deliveries.shuffle(shuffle_ms)
      if (drop_types === null) deliveries.drop(null)
      else if (drop_types) deliveries.drop(delivery => drop_types.includes(delivery.type))
      if (typeof before_response === 'boolean') deliveries.beforeResponse = before_response
      if (hold) deliveries.hold()
      if (release) await deliveries.release(release)
      return answer({ totals: deliveries.totals, pending: deliveries.pending })
    })
    .on('POST', '/_sandbox/deliveries/:id/replay', async incoming => {
      const id = incoming.params['id'] ?? ''
      if (!deliveries.find(id)) return answer({ error: 'no such delivery' }, 404)
      await deliveries.replay(id)
      return answer({ ok: true })
    })
}
