import type { Random } from '../../kernel/chance.ts'
import type { Scene } from '../../scene.ts'

/** A checkout whose link the service knows, so that somebody can have been sent to it: mostly one that still works. */
export async function aCheckout(scene: Scene, random: Random): Promise<string | null> {
  const all = await scene.sql<{ id: string }[]>`select id from sessions order by created_at desc, id`
  const working = all.filter(({ id }) => isOpen(scene, id))
  const rows = random.next() < (working.length > 0 ? 0.95 : 0.5) ? working : all
  if (rows.length === 0) return null
  const index = Math.min(random.int(0, rows.length - 1), random.int(0, rows.length - 1))
  return rows[index]?.id ?? null
}

/** Whether the page would still take a card. */
function isOpen({ dodo, timeline }: Scene, id: string): boolean {
  const session = dodo.state.sessions.get(id)
  if (!session || session.expiresAt <= timeline.now().getTime()) return false
  const status = dodo.state.payments.get(session.paymentId ?? '')?.payment.status ?? null
  return status === null || status === 'failed' || status === 'cancelled'
}
