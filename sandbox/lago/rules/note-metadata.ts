export type NoteMetadata =
  | { ok: true; value: Record<string, string | null> | null }
  | {
      ok: false
      error: 'invalid_type' | 'too_many_keys' | 'key_too_long' | 'value_too_long' | 'invalid_value'
    }

/**
 * The free-form metadata of a credit note: at most 50 keys of 100 characters, values of 255 characters or null.
 * Source: lago-api app/models/metadata/item_metadata.rb.
 */
export function noteMetadata(given: unknown): NoteMetadata {
  if (given === undefined || given === null) return { ok: true, value: null }
  if (typeof given !== 'object' || Array.isArray(given)) return { ok: false, error: 'invalid_type' }
  const entries = Object.entries(given as Record<string, unknown>)
  if (entries.length > 50) return { ok: false, error: 'too_many_keys' }
  const value: Record<string, string | null> = {}
  for (const [key, entry] of entries) {
    if (key.length > 100) return { ok: false, error: 'key_too_long' }
    if (entry !== null && typeof entry !== 'string') return { ok: false, error: 'invalid_value' }
    if (typeof entry === 'string' && entry.length > 255) return { ok: false, error: 'value_too_long' }
    value[key] = entry
  }
  return { ok: true, value }
}
