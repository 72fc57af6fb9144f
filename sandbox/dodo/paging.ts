import { ApiError } from './api-error.ts'
import type { Table } from './table.ts'

interface Page {
  number: number
  size: number
  createdFrom: number | undefined
  createdTo: number | undefined
}

/** Pages count from 0; 10 items unless asked, 100 at most. */
function readPage(query: URLSearchParams): Page {
  return {
    number: whole(query, 'page_number', 0, 0, Number.MAX_SAFE_INTEGER),
    size: whole(query, 'page_size', 10, 1, 100),
    createdFrom: instant(query, 'created_at_gte'),
    createdTo: instant(query, 'created_at_lte'),
  }
}

/** `{items}` and nothing else: no total, no next page. Newest first. */
export function pageOf<T>(
  table: Table<T>,
  rows: readonly T[],
  query: URLSearchParams,
  keep: (row: T) => boolean,
  show: (row: T) => unknown,
): Response {
  const { number, size, createdFrom, createdTo } = readPage(query)
  const items: unknown[] = []
  let skip = number * size
  for (const row of table.newestFirst(rows, createdFrom, createdTo)) {
    if (!keep(row)) continue
    if (skip-- > 0) continue
    items.push(show(row))
    if (items.length === size) break
  }
  return Response.json({ items })
}

/** A predicate: every parameter present in the query equals what the row has. */
export function matching<T>(
  query: URLSearchParams,
  fields: Record<string, (row: T) => unknown>,
): (row: T) => boolean {
  const wanted = Object.entries(fields).flatMap(([name, of]) => {
    const value = query.get(name)
    return value === null ? [] : [{ of, value }]
  })
  return row => wanted.every(({ of, value }) => String(of(row)) === value)
}

function whole(query: URLSearchParams, name: string, fallback: number, min: number, max: number): number {
  const text = query.get(name)
  if (text === null) return fallback
  const value = Number(text)
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new ApiError('INVALID_QUERY_PARAMS', `${name} must be a whole number between ${min} and ${max}`)
}

function instant(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const value = Date.parse(text)
  if (!Number.isNaN(value)) return value
  throw new ApiError('INVALID_QUERY_PARAMS', `${name} must be an RFC 3339 time`)
}
