import type { PayableKey } from '../core/ids.ts'
import { ownersOf, standings } from '../db/queries/outcomes.ts'
import { restless } from '../db/queries/wake.ts'
import { sleep } from '../time.ts'
import { type Difference, identityOf, unique } from './difference.ts'
import { Owners } from './owners.ts'
import { type Scope, SEARCHES, type SearchContext, type SearchName } from './search.ts'
import { wakeAll } from './sweep.ts'

type Context = Omit<SearchContext, 'owners'>

/** `failed`: the searches that did not come to their end, with why. What they would have found is not known. */
export type Found = { differences: Difference[]; failed: Map<SearchName, string>; owners: Owners }

/** Names every difference. Changes nothing. */
export async function findAll(context: Context, scope: Scope): Promise<Found> {
  const owners = new Owners(context.sql, context.dodo)
  const found: Difference[] = []
  const failed = new Map<SearchName, string>()
  for (const name of Object.keys(SEARCHES) as SearchName[])
    try {
      for await (const page of SEARCHES[name]({ ...context, owners }, scope)) found.push(...page)
    } catch (error) {
      failed.set(name, error instanceof Error ? error.message : String(error))
    }
  return { differences: unique(found), failed, owners }
}

/** `mended`: it is the same everywhere. `parked`: a person has to decide, and sees why. `remains`: neither. */
export type Mended = { difference: Difference; outcome: 'mended' | 'parked' | 'remains'; say: string }

/**
 * Wakes what differs, waits until the loop has come to rest on it, and looks again. The worker has to be running, here
 * or elsewhere.
 */
export async function mend(
  context: Context,
  scope: Scope,
  found: Found,
  { kick, waitMs }: { kick(): void; waitMs: number },
): Promise<{ mended: Mended[]; failed: Found['failed'] }> {
  const { sql } = context
  const keys = await wakeAll(context, found.differences, found.owners)
  kick()
  await untilAtRest(context, keys, found.differences, waitMs)

  const again = await findAll(context, scope)
  const left = new Set(again.differences.map(identityOf))
  const owners = await ownersOf(
    sql,
    found.differences.map(d => d.about),
  )
  const ownerOf = (d: Difference): PayableKey | null => owners.get(d.about) ?? d.payable ?? d.wake
  const standing = await standings(
    sql,
    found.differences.flatMap(d => ownerOf(d) ?? []),
  )
  const mended = found.differences.map((difference): Mended => {
    const owner = ownerOf(difference)
    const at = owner ? standing.get(owner) : undefined
    const attention = at?.attention[0]
    if (attention) return { difference, outcome: 'parked', say: `${attention.reason}: ${attention.detail}` }
    const remains = left.has(identityOf(difference))
    const why = at?.lastError ? `tried ${at.attempts} times: ${at.lastError}` : (at?.say ?? '')
    return { difference, outcome: remains ? 'remains' : 'mended', say: remains ? why : (at?.say ?? '') }
  })
  return { mended, failed: again.failed }
}

async function untilAtRest(
  { sql, now }: Context,
  keys: readonly PayableKey[],
  differences: readonly Difference[],
  waitMs: number,
): Promise<void> {
  const until = performance.now() + waitMs
  const paymentIds = differences.map(d => d.about)
  while (performance.now() < until) {
    if ((await restless(sql, keys, paymentIds, now())).length === 0) return
    await sleep(100)
  }
}
