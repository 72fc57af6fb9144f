import type { Logger } from 'pino'
import type { PayableKey } from '../core/ids.ts'
import { atWork, rememberForeign, wake } from '../db/queries/wake.ts'
import { advance, firstStart, windowOf } from './cursor.ts'
import { type Difference, unique } from './difference.ts'
import { Owners } from './owners.ts'
import { SEARCHES, type SearchContext, type SearchName } from './search.ts'

export type SweepContext = Omit<SearchContext, 'owners'> & { log: Logger }

export type Swept = { found: Difference[]; failed: SearchName[] }

/** Open invoices are looked at every day anyway; a sweep only makes it sooner. */
const MOST_READS = 500

/**
 * Searches both sides and the database for what no webhook told, and wakes what differs; the loop does the rest. A
 * search that fails wakes what it found and keeps its cursor, and does not keep the others from looking.
 * `goOn`: asked before each page; false ends the sweep early, with every cursor where it was.
 */
export async function sweep(context: SweepContext, goOn: () => Promise<boolean>): Promise<Swept> {
  const { sql, dodo, log, now } = context
  const adoptFrom = await firstStart(sql, now())
  const owners = new Owners(sql, dodo)
  const swept: Swept = { found: [], failed: [] }
  for (const name of Object.keys(SEARCHES) as SearchName[]) {
    const began = now()
    const found: Difference[] = []
    let ended = false
    try {
      const scope = { since: await windowOf(sql, name, began), adoptFrom, only: null, mostReads: MOST_READS }
      let wanted = await goOn()
      if (wanted)
        for await (const page of SEARCHES[name]({ ...context, owners }, scope)) {
          found.push(...page)
          wanted = await goOn()
          if (!wanted) break
        }
      ended = wanted
    } catch (error) {
      log.error({ search: name, err: error }, 'a search failed; it looks there again at the next sweep')
    }
    const differences = unique(found)
    const keys = differences.flatMap(d => d.payable ?? d.wake ?? [])
    const busy = await atWork(sql, keys, began, now())
    await wakeAll(context, differences, owners)
    for (const { kind, about, payable, invoice, lago, dodo: atDodo, here, wake } of differences) {
      const told = { difference: kind, about, payable, invoice, lago, dodo: atDodo, here }
      const key = payable ?? wake
      // A webhook that came a moment ago was not lost: what it told is just being done.
      if (key && busy.has(key)) log.debug(told, 'a difference was found where work goes on')
      else log.warn(told, 'a difference was found')
    }
    swept.found.push(...differences)
    if (ended) await advance(sql, name, began, now())
    else swept.failed.push(name)
  }
  return swept
}

/** Wakes what differs, and remembers which payments were nobody's here. */
export async function wakeAll(
  { sql, now }: Pick<SearchContext, 'sql' | 'now'>,
  differences: readonly Difference[],
  owners: Owners,
): Promise<PayableKey[]> {
  const keys = [...new Set(differences.flatMap(d => d.wake ?? []))]
  await wake(sql, keys, now())
  await rememberForeign(sql, [...owners.foreign], now())
  return keys
}
