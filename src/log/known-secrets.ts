import { REDACTED } from './redacted.ts'

/** A secret as it stands in plain text, in JSON if it holds control characters, and in an address. */
const forms = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret.toWellFormed()),
]

/** Each level of JSON inside JSON doubles backslashes and escapes quotes, so any number of them is accepted. */
const patternOf = (form: string): string =>
  form
    .replace(/[$^.*+?()[\]{}|/-]|\\+|"/g, special => (special.startsWith('\\') ? '\\\\+' : `\\${special}`))
    .replace(/(?:\\\\\+)?\\"/g, '\\\\*"')

/** One expression that finds every secret in every form; the longest first, so that no tail is left over. */
export function secretsPattern(secrets: Iterable<string>): RegExp | null {
  const all = new Set([...secrets].filter(secret => secret !== '').flatMap(forms))
  if (all.size === 0) return null
  const longestFirst = [...all].sort((a, b) => b.length - a.length)
  return new RegExp(longestFirst.map(patternOf).join('|'), 'g')
}

export const removeSecrets = (text: string, pattern: RegExp | null): string =>
  pattern === null ? text : text.replace(pattern, REDACTED)
