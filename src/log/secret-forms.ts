import { REDACTED } from './redacted.ts'

/** The password of a connection string. Up to the last `@`, for a password may hold one unescaped. */
const URL_PASSWORD = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"']{0,256}:)[^\s"'<>]{1,1024}@/gi
const SIGNING_SECRET = /whsec_(?:[A-Za-z0-9+/=_-]|\\+\/)+/g
/** `sk_` within a word is none, but the letter of an escaped line break in JSON is no part of a word. */
const PROVIDER_KEY =
  /(?:dodo_(?:test|live)|(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt])|(?<=\\u00[01][0-9a-f]))sk)_[A-Za-z0-9_-]{6,}/g
const BEARER = /(bearer\s+)[^\s"',;\\]+/gi

/** Whoever has a pay link, or the result page of a top-up, sees what it is about and can pay it. */
const PAY_TOKEN = /(\/pay\/|[?&]ref=)[\w-]{22}(?![\w-])/g

/** What addresses are made of in practice; an apostrophe only within a name, for else it is a quote. */
const LOCAL = "(?:[\\p{L}\\p{N}.!#$%&+?^_{|}~-]|(?<=\\p{L})'(?=\\p{L}))"
const EMAIL = new RegExp(
  `(?:"[^"\\n]{1,64}"|${LOCAL}{1,64})@((?:[\\p{L}\\p{N}-]{1,63}\\.){1,8}\\p{L}[\\p{L}\\p{N}-]{1,62})`,
  'gu',
)

const maskEmail = (email: string): string => {
  const at = email.lastIndexOf('@')
  const first = /[\p{L}\p{N}]/u.exec(email.slice(0, at))?.[0] ?? ''
  return `${first}***${email.slice(at)}`
}

/** One of these is in every serialised line that {@link maskSecretForms} would change. */
export const SECRET_FORMS = /whsec_|dodo_(?:test|live)_|sk_|\S@\S|bearer\s|\/pay\/|[?&]ref=/i

/**
 * Masks what is secret by its form, whoever's it is: connection passwords, keys, bearer tokens, pay links, e-mail
 * addresses.
 */
export const maskSecretForms = (text: string): string =>
  text
    .replace(URL_PASSWORD, `$1${REDACTED}@`)
    .replace(SIGNING_SECRET, `whsec_${REDACTED}`)
    .replace(PROVIDER_KEY, REDACTED)
    .replace(BEARER, `$1${REDACTED}`)
    .replace(PAY_TOKEN, `$1${REDACTED}`)
    .replace(EMAIL, maskEmail)
