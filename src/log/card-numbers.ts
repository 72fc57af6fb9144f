/** Whether the last digit is the right check digit. Source: ISO/IEC 7812-1, Luhn. */
function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** 13 digits from 1: a time in milliseconds. No card has this form: of those that begin with 1, all have 15. */
const EPOCH_MS = /^1\d{12}$/

/**
 * UUIDs and JSON's escapes come first, so that their digits are passed over whole. Then 13 to 19 digits in a row, in fours, or
 * grouped 4-6-5 and 4-6-4. The fraction of a decimal number is no card.
 */
const CANDIDATE =
  /\\u00[01][0-9a-f]|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?:(?<!\d|\d\.)|(?<=\\u00[01]\d))(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?!\d)/gi

/** Replaces everything that can be a card number. */
export const maskCardNumbers = (text: string): string =>
  text.replace(CANDIDATE, match => {
    const digits = match.replace(/[ -]/g, '')
    if (/\D/.test(digits) || digits.length > 19 || EPOCH_MS.test(digits)) return match
    return passesLuhn(digits) ? '[card]' : match
  })
