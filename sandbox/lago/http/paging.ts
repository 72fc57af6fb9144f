import type { PaginationMeta } from 'lago-javascript-client'

const DEFAULT_PER_PAGE = 100

/** One page and Lago's meta, which may tell an older `count`; pages past the end are empty. Source: lago-api app/controllers/concerns/pagination.rb. */
export function paginate<T>(
  rows: readonly T[],
  query: URLSearchParams,
  count = rows.length,
): { rows: readonly T[]; meta: PaginationMeta } {
  const page = positive(query.get('page'), 1)
  const perPage = positive(query.get('per_page'), DEFAULT_PER_PAGE)
  const pages = Math.ceil(count / perPage)
  return {
    rows: rows.slice((page - 1) * perPage, page * perPage),
    meta: {
      current_page: count === 0 ? 0 : page,
      next_page: page < pages ? page + 1 : null,
      prev_page: page > 1 && page <= pages ? page - 1 : null,
      total_pages: pages,
      total_count: count,
    },
  }
}

function positive(text: string | null, fallback: number): number {
  const value = Number(text)
  return text !== null && Number.isInteger(value) && value > 0 ? value : fallback
}

export const newestFirst = <T extends { created_at: Date; order: number }>(rows: Iterable<T>): T[] =>
  [...rows].sort((a, b) => b.created_at.getTime() - a.created_at.getTime() || b.order - a.order)
