import type { FieldErrors } from './credit-note-input.ts'

export interface MetadataEntry {
  lago_id: string
  key: string
  value: string
}

export interface MetadataLimits {
  count: number
  key: number
  value: number
}

export const INVOICE_METADATA: MetadataLimits = { count: 5, key: 20, value: 140 }
export const CUSTOMER_METADATA: MetadataLimits = { count: 5, key: 20, value: 100 }

export type Replaced<T> =
  | { ok: true; kept: (MetadataEntry & { before: T | undefined; given: Record<string, unknown> })[] }
  | { ok: false; errors: FieldErrors }

/**
 * A request's metadata replaces the whole set. An entry with a known `id` changes that entry; any other is new, and
 * clashes with an existing key even if that one is about to go, because the unlisted are deleted last.
 * Source: lago-api app/services/invoices/metadata/update_service.rb, app/models/metadata/invoice_metadata.rb.
 */
export function replaceMetadata<T extends MetadataEntry>(
  existing: readonly T[],
  given: readonly unknown[],
  limits: MetadataLimits,
  newId: () => string,
): Replaced<T> {
  if (given.length > limits.count) return { ok: false, errors: { metadata: ['invalid_count'] } }
  const rows = new Map<string, MetadataEntry>(existing.map(entry => [entry.lago_id, { ...entry }]))
  const before = new Map(existing.map(entry => [entry.lago_id, entry]))
  const kept: (MetadataEntry & { before: T | undefined; given: Record<string, unknown> })[] = []
  for (const entry of given) {
    const fields = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>
    const { id, key, value } = fields as { id?: unknown; key?: unknown; value?: unknown }
    const known = typeof id === 'string' ? rows.get(id) : undefined
    const next = {
      lago_id: known?.lago_id ?? newId(),
      key: key === undefined && known ? known.key : text(key),
      value: value === undefined && known ? known.value : text(value),
    }
    const errors = check(next, rows, limits)
    if (errors) return { ok: false, errors }
    rows.set(next.lago_id, next)
    kept.push({ ...next, before: before.get(next.lago_id), given: fields })
  }
  return { ok: true, kept }
}

function check(
  entry: MetadataEntry,
  rows: ReadonlyMap<string, MetadataEntry>,
  limits: MetadataLimits,
): FieldErrors | null {
  const key: string[] = []
  const value: string[] = []
  if (entry.key.trim() === '') key.push('value_is_mandatory')
  for (const other of rows.values()) {
    if (other.lago_id !== entry.lago_id && other.key === entry.key) key.push('value_already_exist')
  }
  if (entry.key.length > limits.key) key.push('value_is_too_long')
  if (entry.value.trim() === '') value.push('value_is_mandatory')
  if (entry.value.length > limits.value) value.push('value_is_too_long')
  if (key.length === 0 && value.length === 0) return null
  return { ...(key.length > 0 && { key }), ...(value.length > 0 && { value }) }
}

const text = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : String(value)
