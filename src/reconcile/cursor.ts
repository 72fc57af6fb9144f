import type { Sql } from '../db/connection.ts'
import { readMark, writeMark } from '../db/queries/marks.ts'
import { oldestUnfinished } from '../db/queries/unfinished.ts'
import type { SearchName } from './search.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * How far each search goes back behind what it has seen. Neither side can be asked for what changed, only for what was
 * created: an Indian debit is decided days later, and an invoice may bear the date of the period it closes.
 */
const OVERLAP_MS: Readonly<Record<SearchName, number>> = {
  'lago-invoices': 35 * DAY_MS,
  'dodo-payments': 4 * DAY_MS,
  'dodo-refunds': 4 * DAY_MS,
  'dodo-disputes': 4 * DAY_MS,
  'lago-credit-notes': 35 * DAY_MS,
  here: 0,
}
/** What is unfinished here stretches a window, but not beyond this. */
const FURTHEST_MS = 180 * DAY_MS
const FIRST_START = 'sweep:first-start'

/** When this installation first swept; remembered at the first call. Older unpaid invoices are nobody's surprise. */
export async function firstStart(sql: Sql, now: Date): Promise<Date> {
  const mark = await readMark<string>(sql, FIRST_START)
  if (mark) return mark.at
  await writeMark(sql, FIRST_START, true, now)
  return now
}

/** From when on a search has to look: its cursor less the overlap, or further if something older is unfinished here. */
export async function windowOf(sql: Sql, name: SearchName, now: Date): Promise<Date> {
  const mark = await readMark<string>(sql, `sweep:${name}`)
  const cursor = mark ? new Date(mark.value) : await firstStart(sql, now)
  const oldest = await oldestUnfinished(sql)
  const unfinished =
    name === 'dodo-payments'
      ? oldest.payment
      : name === 'dodo-refunds'
        ? oldest.refund
        : name === 'dodo-disputes'
          ? oldest.dispute
          : null
  const from = Math.min(
    cursor.getTime() - OVERLAP_MS[name],
    unfinished?.getTime() ?? Number.POSITIVE_INFINITY,
  )
  return new Date(Math.max(from, now.getTime() - FURTHEST_MS))
}

/** Moves the cursor of a search that came to its end. One that failed keeps its cursor, and looks there again. */
export const advance = (sql: Sql, name: SearchName, upTo: Date, now: Date): Promise<void> =>
  writeMark(sql, `sweep:${name}`, upTo.toISOString(), now)
