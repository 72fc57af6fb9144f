import type { Random } from '../../kernel/chance.ts'
import type { Scene } from '../../scene.ts'

/** A checkout whose link the service knows, so that somebody can have been sent to it: the newer, the likelier. */
export async function aCheckout(scene: Scene, random: Random): Promise<string | null> {
  const rows = await scene.sql<{ id: string }[]>`select id from sessions order by created_at desc, id`
  if (rows.length === 0) return null
  const index = Math.min(random.int(0, rows.length - 1), random.int(0, rows.length - 1))
  return rows[index]?.id ?? null
}
