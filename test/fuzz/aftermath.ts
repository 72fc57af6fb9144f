import type { Arena } from './arena.ts'
import { atRest } from './gather.ts'

/** Calls outside that one senseless but signed delivery may cause, with its retries. */
const MOST_CALLS_EACH = 40

/**
 * What signed nonsense has led to, once everything is at rest: it was taken up, ignored, is tried again later, or waits
 * for a person. Throws if it does not come to rest. Returns what is wrong.
 */
export async function aftermath(
  arena: Arena,
  before: { calls: number; deliveries: number },
): Promise<string[]> {
  const { sql } = arena
  const faults: string[] = []
  await atRest(sql)
  const lost = await sql<{ key: string | null; type: string; error: string | null }[]>`
    select d.payable_key as key, left(d.type, 100) as type, p.last_error as error
    from deliveries d left join payables p on p.key = d.payable_key
    where d.outcome = 'stored' and (p.key is null or (p.due_at is null and p.attention = '[]'::jsonb)) limit 3`
  for (const row of lost) faults.push(`a delivery is waiting for nothing: ${JSON.stringify(row)}`)
  const deliveries = (await deliveriesIn(arena)) - before.deliveries
  const calls = arena.calls() - before.calls
  if (calls > MOST_CALLS_EACH * Math.max(10, deliveries))
    faults.push(`${deliveries} deliveries led to ${calls} calls`)
  const then = arena.calls()
  await Bun.sleep(300)
  await atRest(sql)
  if (arena.calls() - then > 5)
    faults.push(`it does not come to rest: ${arena.calls() - then} calls in 300 ms`)
  return faults
}

export async function deliveriesIn({ sql }: Arena): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from deliveries`
  return row?.count ?? 0
}
