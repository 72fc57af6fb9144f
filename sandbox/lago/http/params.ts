import type { Incoming } from '../../kernel/router.ts'
import { badRequest } from '../errors.ts'

export type Params = Record<string, unknown>

/** The object under a root key; 400 when it is missing or empty. */
export function root(incoming: Incoming, key: string): Params {
  const body = topLevel(incoming)
  const value = body[key]
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    Object.keys(value).length === 0
  ) {
    throw badRequest(key)
  }
  return value as Params
}

export function topLevel(incoming: Incoming): Params {
  const { json } = incoming
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Params) : {}
}

export const pathId = (incoming: Incoming): string => incoming.params['id'] ?? ''

/** All values of `name`, `name[]` and the given aliases. */
export function listOf(query: URLSearchParams, ...names: string[]): string[] {
  return names
    .flatMap(name => [...query.getAll(name), ...query.getAll(`${name}[]`)])
    .filter(value => value !== '')
}

/** `metadata[key]=value` pairs. */
export function metadataFilter(query: URLSearchParams): [string, string][] {
  const pairs: [string, string][] = []
  for (const [name, value] of query) {
    const match = /^metadata\[([^\]]+)\]$/.exec(name)
    if (match?.[1] !== undefined) pairs.push([match[1], value])
  }
  return pairs
}

/** A blank value asks for entries that lack the key. */
export function matchesMetadata(
  entries: readonly { key: string; value: string }[],
  wanted: readonly [string, string][],
): boolean {
  return wanted.every(([key, value]) => {
    const found = entries.find(entry => entry.key === key)
    return value === '' ? found === undefined : found?.value === value
  })
}
