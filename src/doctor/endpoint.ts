import { type Finding, ok, wrong } from './finding.ts'

type Expected = {
  /** `Lago webhooks`, for the reader. */
  about: string
  url: string
  needed: readonly string[]
  /** Where to create or change an endpoint. */
  where: string
}

/** `types` null: it is told everything. */
export type Endpoint = { url: string; types: readonly string[] | null; disabled: boolean }

/** Whether an endpoint leads here and is told everything that is acted on. */
export function lookAtEndpoint<E extends Endpoint>(
  { about, url, needed, where }: Expected,
  endpoints: readonly E[],
): { findings: Finding[]; endpoint: E | null } {
  const same = (other: string) => other.replace(/\/+$/, '') === url
  const endpoint = endpoints.find(e => same(e.url)) ?? null
  if (!endpoint) {
    const others = endpoints.map(e => e.url).join(', ')
    const say = `none leads to ${url}${others ? `, only to ${others}` : ''}`
    return {
      findings: [wrong(about, say, `add ${url} in ${where}, or correct PUBLIC_URL`)],
      endpoint,
    }
  }
  if (endpoint.disabled)
    return { findings: [wrong(about, `${url} is disabled`, `enable it in ${where}`)], endpoint }
  const missing = endpoint.types === null ? [] : needed.filter(type => !endpoint.types?.includes(type))
  const findings =
    missing.length > 0
      ? [wrong(about, `${url} is not told of ${missing.join(', ')}`, `add these events in ${where}`)]
      : [ok(about, url)]
  return { findings, endpoint }
}
