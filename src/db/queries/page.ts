/** Where a list goes on: behind the row with this time and id. */
export type After = { at: Date; id: string } | null

/** Rows of a list, newest first, and where the next page begins; null if there is none. */
export type Page<T> = { items: T[]; next: After }

/** The number in a place's id. One that was not given here is before everything: no page begins there. */
export const numberOf = (id: string): number => (/^\d{1,15}$/.test(id) ? Number(id) : 0)

/** Cuts the one row that was asked for beyond the page. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  place: (row: Row) => { at: Date; id: string },
  show: (row: Row) => T,
): Page<T> {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  return { items: kept.map(show), next: rows.length > limit && last ? place(last) : null }
}
