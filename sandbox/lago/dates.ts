/** `2026-08-21T10:00:00Z`: Lago drops the fraction. */
export const seconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

export const secondsOrNull = (date: Date | null): string | null => (date ? seconds(date) : null)

/** The calendar day in UTC, `2026-08-21`. */
export const day = (date: Date): string => date.toISOString().slice(0, 10)

export function addDays(date: string, days: number): string {
  const moved = new Date(`${date}T00:00:00Z`)
  moved.setUTCDate(moved.getUTCDate() + days)
  return day(moved)
}
