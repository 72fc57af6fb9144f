/** Postgres keeps neither NUL nor half a surrogate pair; each is replaced, so that one odd string holds up nothing. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd')

/** The escapes of JSON, so that a backslash that is itself escaped is passed over. */
const ESCAPES = /\\(?:u(?:0000|d[89a-f]..)|.)/g

/** JSON that Postgres can cast to jsonb, whatever strings others have sent, in values and in keys. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value)
  if (!/\\u(0000|d[89a-f])/.test(json)) return json
  return json.replace(ESCAPES, found => (found.length > 2 ? '\ufffd' : found))
}
