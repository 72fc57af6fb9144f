/**
 * JSON as Rails writes it: `<`, `>`, `&` and the line separators U+2028 and U+2029 are escaped, so parsing and
 * writing the body again gives other bytes and breaks its signature.
 * Source: Active Support, `ActiveSupport::JSON::Encoding.escape_html_entities_in_json`.
 */
export function railsJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escaped)
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
