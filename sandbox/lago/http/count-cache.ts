import type { Context } from '../context.ts'

const LIFE_MS = 30 * 60_000

/** Remembers the count of a filtered list, when that is switched on. Source: lago-api invoices_controller.rb, cached total count. */
export class CountCache {
  private readonly counts = new Map<string, { count: number; until: number }>()

  constructor(private readonly ctx: Context) {}

  of(query: URLSearchParams, count: number): number {
    if (!this.ctx.settings.cachedCounts) return count
    const now = this.ctx.clock.now().getTime()
    const filters = new URLSearchParams(query)
    for (const name of ['page', 'per_page']) filters.delete(name)
    filters.sort()
    const key = filters.toString()
    const known = this.counts.get(key)
    if (known && known.until > now) return known.count
    this.counts.set(key, { count, until: now + LIFE_MS })
    return count
  }
}
