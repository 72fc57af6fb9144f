/** Postgres keeps neither NUL nor half a surrogate pair; each is replaced, so that one odd string holds up nothing. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd')

const REPLACE = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? storableText(value) : value

/** JSON that Postgres can cast to jsonb, whatever strings others have sent. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value)
  return /\\u(0000|d[89a-f])/.test(json) ? JSON.stringify(value, REPLACE) : json
}
