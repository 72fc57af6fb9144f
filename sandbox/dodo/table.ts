/** Rows by id, by indexed keys and in order of creation, so that nothing on a hot path scans. */
export class Table<T> {
  private readonly byId = new Map<string, T>()
  private readonly ordered: T[] = []
  private readonly indices: Record<string, { of: (row: T) => string | undefined; rows: Map<string, T[]> }> =
    {}

  /** `keys` must not change during a row's life. */
  constructor(
    private readonly idOf: (row: T) => string,
    private readonly createdAt: (row: T) => string,
    keys: Record<string, (row: T) => string | undefined> = {},
  ) {
    for (const [name, of] of Object.entries(keys)) this.indices[name] = { of, rows: new Map() }
  }

  get size(): number {
    return this.ordered.length
  }

  add(row: T): T {
    this.byId.set(this.idOf(row), row)
    this.ordered.push(row)
    for (const { of, rows } of Object.values(this.indices)) {
      const key = of(row)
      if (key === undefined) continue
      const list = rows.get(key)
      if (list) list.push(row)
      else rows.set(key, [row])
    }
    return row
  }

  get(id: string): T | undefined {
    return this.byId.get(id)
  }

  all(): readonly T[] {
    return this.ordered
  }

  by(index: string, key: string): readonly T[] {
    return this.indices[index]?.rows.get(key) ?? []
  }

  remove(id: string): void {
    const row = this.byId.get(id)
    if (row === undefined) return
    this.byId.delete(id)
    for (const rows of [
      this.ordered,
      ...Object.values(this.indices).map(index => index.rows.get(index.of(row) ?? '')),
    ]) {
      const at = rows?.indexOf(row) ?? -1
      if (at >= 0) rows?.splice(at, 1)
    }
  }

  /** Rows from the newest to the oldest created within the bounds (ISO, inclusive). */
  *newestFirst(rows: readonly T[], from?: number, to?: number): Generator<T> {
    for (let index = lastAtOrBefore(rows, to, this.createdAt); index >= 0; index--) {
      const row = rows[index] as T
      if (from !== undefined && Date.parse(this.createdAt(row)) < from) return
      yield row
    }
  }
}

function lastAtOrBefore<T>(
  rows: readonly T[],
  to: number | undefined,
  createdAt: (row: T) => string,
): number {
  if (to === undefined) return rows.length - 1
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (Date.parse(createdAt(rows[middle] as T)) <= to) low = middle + 1
    else high = middle
  }
  return low - 1
}
