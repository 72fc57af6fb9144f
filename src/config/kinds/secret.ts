import { type Kind, kind, listOf } from './kind.ts'

const NOT_SENDABLE = /[^\x21-\x7e]/

/** A secret of printable characters. Spaces are refused: they are always a copying mistake, and break headers. */
export const secretText = (least: number): Kind<string> =>
  kind(`at least ${least} printable characters, without spaces`, text => {
    if (NOT_SENDABLE.test(text)) return { wrong: 'holds spaces or characters that cannot be printed' }
    return text.length < least ? { wrong: `has fewer than ${least} characters` } : { value: text }
  })

/** A secret for HMAC-SHA256, as long as its digest at least. Source: RFC 7518, section 3.2. */
export const hmacSecret: Kind<string> = kind('at least 32 bytes', text =>
  Buffer.byteLength(text) < 32 ? { wrong: 'has fewer than 32 bytes' } : { value: text },
)

const LEAST_SIGNING_BYTES = 16
const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** One signing secret as Standard Webhooks writes it. Source: Standard Webhooks, "Signature scheme". */
const signingKey: Kind<string> = kind(
  `\`whsec_\` and base64, or base64 alone, of at least ${LEAST_SIGNING_BYTES} bytes`,
  text => {
    const encoded = text.replace(/^whsec_/, '')
    if (!BASE64.test(encoded)) return { wrong: 'is not base64' }
    const bytes = Buffer.from(encoded, 'base64').length
    return bytes < LEAST_SIGNING_BYTES
      ? { wrong: `decodes to fewer than ${LEAST_SIGNING_BYTES} bytes` }
      : { value: text }
  },
)

export const signingKeys = listOf(signingKey, `a comma-separated list, each ${signingKey.rule}`)

/** Several secrets accepted at a time, so that one can be replaced without a gap. */
export const secretTexts = (least: number): Kind<string[]> =>
  listOf(secretText(least), `a comma-separated list, each ${secretText(least).rule}`)
