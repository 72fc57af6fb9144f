import { maskCardNumbers } from './card-numbers.ts'
import { jsonWithSource } from './json-source.ts'
import { removeSecrets, secretsPattern } from './known-secrets.ts'
import { REDACTED } from './redacted.ts'
import { maskSecretForms, SECRET_FORMS } from './secret-forms.ts'
import { censorNamedValues, isSensitiveName, NAME_WITH_VALUE } from './sensitive-names.ts'

export type Redactor = {
  /** Redacts running text, such as an error's message. */
  text: (text: string) => string
  /** Redacts a serialised JSON line, which stays valid JSON. */
  line: (line: string) => string
}

const THIRTEEN_DIGITS = /\d(?:[ -]?\d){12}/

type Replace = (text: string) => string

/** Numbers beyond 2^53 keep their digits: amounts are bigints. */
function redactNumber(value: number, source: string, text: Replace): unknown {
  const redacted = text(source)
  if (redacted !== source) return redacted
  return String(value) === source ? value : jsonWithSource.rawJSON(source)
}

function redactKeys(value: object, text: Replace): object {
  if (Array.isArray(value)) return value
  if (Object.keys(value).every(key => text(key) === key)) return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [text(key), held]))
}

function redactParsed(json: string, text: Replace): string {
  const parsed: unknown = jsonWithSource.parse(json, (key, value, { source }) => {
    if (value === null || typeof value === 'boolean') return value
    if (isSensitiveName(key)) return REDACTED
    if (typeof value === 'string') return text(value)
    if (typeof value === 'number') return redactNumber(value, source ?? String(value), text)
    return typeof value === 'object' ? redactKeys(value, text) : value
  })
  return jsonWithSource.stringify(parsed)
}

/**
 * Redacts by value (the given secrets), by name and by form. A line is first searched as it is, and only one
 * that may hold something is parsed: the common line costs a few searches and no copy.
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const pattern = secretsPattern(secrets)
  // Without the flag `g`: a search must not remember where the last one ended.
  const known = pattern === null ? [] : [new RegExp(pattern.source)]
  const suspicious = [...known, SECRET_FORMS, NAME_WITH_VALUE, THIRTEEN_DIGITS]

  const text = (raw: string): string =>
    maskCardNumbers(maskSecretForms(censorNamedValues(removeSecrets(raw, pattern))))

  const line = (raw: string): string => {
    if (!suspicious.some(search => search.test(raw))) return raw
    try {
      return `${redactParsed(raw, text)}\n`
    } catch {
      return text(raw)
    }
  }
  return { text, line }
}
