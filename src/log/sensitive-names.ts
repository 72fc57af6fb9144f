import { REDACTED } from './redacted.ts'

const NAMES =
  'pass(?:word|wd|phrase)|pwd|secret|(?<!lease[_-]?)token|(?:api|private|secret|hmac|webhook|signing)[_-]?key|authorization|cookie|signature|card[_-]?number|cvv|cvc'

const WHOLE_NAME = new RegExp(`(?:${NAMES})s?$`, 'i')

/** Whether what stands under this key must never be shown. A lease token is no secret: it only orders writes. */
export const isSensitiveName = (key: string): boolean => WHOLE_NAME.test(key)

/** Finds lines worth a closer look; may find too many, never too few. */
export const NAME_WITH_VALUE = new RegExp(`(?:${NAMES})s?\\\\*["']?\\s*[:=]`, 'i')

const START = `((?:${NAMES})s?(?:\\\\*["'])?\\s*[:=]\\s*)`

/** JSON or an inspected object inside a text, itself escaped (quotes with backslashes) or not. */
const QUOTED = new RegExp(
  `${START}(?:(\\\\+)(["'])(?:(?!(?<!\\\\)\\2\\3)[^])*|(["'])(?:(?!\\4)[^\\\\]|\\\\[^])*)`,
  'gi',
)
const ASSIGNED = new RegExp(`((?:${NAMES})s?=)[^\\s&"',;)}\\]]+`, 'gi')
const HEADER = /((?:authorization|cookie|x-api-key)\s*:\s*)(?![\s"'[\\])[^\r\n"']+/gi

/** Censors the values of sensitive names in running text: JSON, inspected objects, query strings, headers. */
export const censorNamedValues = (text: string): string =>
  text
    .replace(
      QUOTED,
      (_, start: string, slashes = '', nested = '', plain = '') =>
        `${start}${slashes}${nested}${plain}${REDACTED}`,
    )
    .replace(ASSIGNED, `$1${REDACTED}`)
    .replace(HEADER, `$1${REDACTED}`)
