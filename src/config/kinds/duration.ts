import { type Kind, kind, listOf } from './kind.ts'

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Milliseconds of `500ms`, `10s`, `5m`, `2h` or `3d`; null for anything else. */
function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text)
  if (match === null) return null
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]
}

/** A duration between two bounds, both included and written as durations themselves. In milliseconds. */
export function duration(least: string, most: string): Kind<number> {
  const [from, to] = [parseDuration(least) ?? 0, parseDuration(most) ?? 0]
  return kind(`a duration from ${least} to ${most}, such as 500ms, 10s, 5m, 2h or 3d`, text => {
    const value = parseDuration(text)
    if (value === null) return { wrong: 'is not a duration' }
    return value < from || value > to ? { wrong: 'is out of range' } : { value }
  })
}

/** The waits between attempts; blank and `none` mean that there is no further attempt. */
export function schedule(least: string, most: string): Kind<number[]> {
  const rule = `a comma-separated list of at most 20 durations from ${least} to ${most}, such as 1h,3d; \`none\` or empty for none`
  const waits = listOf(duration(least, most), rule)
  return kind(rule, text => {
    if (text === '' || text === 'none') return { value: [] }
    const parsed = waits.schema.safeParse(text)
    return parsed.success
      ? { value: parsed.data }
      : { wrong: parsed.error.issues[0]?.message ?? 'has the wrong form' }
  })
}
