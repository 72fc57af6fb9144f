import { type Kind, kind } from './kind.ts'

/** A whole number between two bounds, both included. */
export const wholeNumber = (least: number, most: number): Kind<number> =>
  kind(`a whole number from ${least} to ${most}`, text => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (Number.isNaN(value)) return { wrong: 'is not a whole number' }
    return value < least || value > most ? { wrong: 'is out of range' } : { value }
  })

/** One of a few words; a synonym is read as the word it stands for. */
export function choice<const T extends string>(
  words: readonly T[],
  synonyms: Record<string, T> = {},
): Kind<T> {
  const quoted = words.map(word => `\`${word}\``).join(', ')
  const also = Object.entries(synonyms).map(([from, to]) => `\`${from}\` is read as \`${to}\``)
  return kind([`one of ${quoted}`, ...also].join('; '), text => {
    const value = words.find(word => word === text) ?? synonyms[text]
    return value === undefined ? { wrong: 'is none of the words it may be' } : { value }
  })
}

/** Text that matches a pattern. */
export const matching = (pattern: RegExp, rule: string): Kind<string> =>
  kind(rule, text => (pattern.test(text) ? { value: text } : { wrong: 'has the wrong form' }))

/** A three-letter currency code, in lower case. */
export const currency: Kind<string> = kind('a three-letter ISO 4217 currency code', text =>
  /^[a-z]{3}$/i.test(text) ? { value: text.toLowerCase() } : { wrong: 'is not a currency code' },
)
