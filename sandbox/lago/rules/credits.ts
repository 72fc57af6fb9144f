/** Credits are sent as decimal strings; a JSON number is refused. */
export const isCredits = (value: unknown): value is string =>
  typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim())
