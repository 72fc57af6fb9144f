import { type Kind, kind } from './kind.ts'
import { matching } from './scalar.ts'

const withoutTrailingSlashes = (text: string): string => text.replace(/\/+$/, '')

function parseWebAddress(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '' ? url : null
}

/**
 * An http(s) address that paths are put behind: no trailing slash, no query, no fragment, no credentials.
 * `longest` counts characters after the trailing slashes are gone.
 */
export function baseAddress(longest = 2000): Kind<string> {
  const limit = longest < 2000 ? ` of at most ${longest} characters` : ''
  return kind(`an http or https address${limit} without query, fragment or credentials`, text => {
    const url = parseWebAddress(text)
    if (url === null) return { wrong: 'is not an http or https address' }
    if (url.username !== '' || url.password !== '') return { wrong: 'holds credentials' }
    if (/[?#]/.test(text)) return { wrong: 'has a query or a fragment' }
    const value = withoutTrailingSlashes(url.href)
    return value.length > longest ? { wrong: `has ${value.length} characters` } : { value }
  })
}

/** An http(s) address that is called as it stands. */
export const webAddress: Kind<string> = kind('an http or https address', text =>
  parseWebAddress(text) === null ? { wrong: 'is not an http or https address' } : { value: text },
)

/** Lago's API address; `/api/v1` is added if missing. Source: Lago API reference, base URLs. */
export const lagoApiAddress: Kind<string> = kind(
  'an http or https address without query, fragment or credentials; `/api/v1` is added if missing',
  text => {
    const base = baseAddress().schema.safeParse(text)
    if (!base.success) return { wrong: base.error.issues[0]?.message ?? 'is not an http or https address' }
    return { value: base.data.endsWith('/api/v1') ? base.data : `${base.data}/api/v1` }
  },
)

export const hostName = matching(/^[a-z0-9.:_-]{1,253}$/i, 'an IP address or a host name of this machine')

export const databaseAddress = matching(
  /^postgres(ql)?:\/\/\S{1,2000}$/,
  'an address that begins with `postgres://` or `postgresql://`',
)
