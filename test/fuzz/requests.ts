import fc, { type Arbitrary } from 'fast-check'
import type { Framing, Shot } from './shot.ts'

type Header = readonly [string, string]

const JSON_TYPE: Header = ['Content-Type', 'application/json']

/** How a body may be framed: mostly as it should be. */
export const framing: Arbitrary<Framing> = fc.oneof(
  { weight: 30, arbitrary: fc.constant('length' as const) },
  { weight: 5, arbitrary: fc.constant('chunked' as const) },
  { weight: 1, arbitrary: fc.constantFrom('more', 'less', 'both', 'none') },
)

/** Headers that change nothing, however often and however large they come. */
export const noise: Arbitrary<readonly Header[]> = fc.oneof(
  { weight: 10, arbitrary: fc.constant([]) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<readonly Header[]>(
      [['X-Forwarded-For', '127.0.0.1']],
      [['X-Forwarded-Host', 'evil.test'], ['X-Forwarded-Proto', 'javascript']],
      [['X-HTTP-Method-Override', 'DELETE']],
      [['X-Original-URL', '/admin'], ['X-Rewrite-URL', '/admin']],
      [['Authorization', 'Bearer null']],
      [['Authorization', `Basic ${'A'.repeat(3_000)}`]],
      [['Cookie', `a=${'b; '.repeat(500)}`]],
      [['Accept', 'text/html;q=\u00ff']],
      [['Accept-Encoding', 'gzip;q=nope, *;q=9']],
      [['Expect', '100-continue']],
      [['Range', 'bytes=0-,-1,5-']],
      [['Content-Encoding', 'gzip']],
      [['If-None-Match', '*']],
      [['Origin', 'null']],
      [['X-Huge', 'h'.repeat(12_000)]],
      Array.from({ length: 60 }, (_, n) => [`X-Many-${n}`, `${n}`] as const),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<readonly Header[]>(
      [['X-Huger', 'h'.repeat(40_000)]],
      [['X Space', '1']],
      [['X-Nul', 'a\u0000b']],
      [['X-Folded', 'a\r\n b']],
      [['Transfer-Encoding', 'gzip, chunked']],
    ),
  },
) // biome-ignore format: a list reads better in rows

export const contentType: Arbitrary<readonly Header[]> = fc.oneof(
  { weight: 20, arbitrary: fc.constant([JSON_TYPE]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<readonly Header[]>(
      [],
      [['Content-Type', 'text/plain']],
      [['Content-Type', 'application/x-www-form-urlencoded']],
      [['Content-Type', `multipart/form-data; boundary=${'-'.repeat(200)}`]],
      [['Content-Type', 'application/json; charset=utf-16']],
      [['Content-Type', 'APPLICATION/JSON']],
      [JSON_TYPE, ['Content-Type', 'text/plain']],
    ),
  },
)

export const method: Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constant('GET') },
  { weight: 3, arbitrary: fc.constantFrom('HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS') },
  { weight: 1, arbitrary: fc.constantFrom('TRACE', 'CONNECT', 'PROPFIND', 'get', 'FOO', 'G\u00caT') },
)

const QUERIES = [
  '', '?', '?status=succeeded&payment_id=pay_1', '?payment_id=../../x', '?url=https://evil.test', '?next=//evil.test',
  '?a=%0d%0aX-Fuzz-Injected:%201', '?%00', '?%ff%fe', '?%', '?%E0%A4%A', '?__proto__[x]=1', '?constructor.prototype.x=1',
  `?${'a=1&'.repeat(800)}`, `?q=${'%25'.repeat(1_000)}`, '?q=<script>alert(1)</script>', "?q=' or 1=1--", '?q=\u00e4',
] // biome-ignore format: a list reads better filled

export const query: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...QUERIES) },
  { weight: 1, arbitrary: fc.webQueryParameters().map(text => `?${text}`) },
)

/** Parts of a path that lead elsewhere, or nowhere. */
export const oddSegment: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '', '.', '..', '...', '%2e%2e', '%2e%2e%2f', '..%5c', '%00', '%0d%0aX-Fuzz-Injected:%201', '%', '%ff', '%E0%A4%A',
    '*', '__proto__', 'constructor', 'return', 'admin', 'healthz', "'", '"', '<svg onload=alert(1)>', '\u00e9', ':token',
    'a'.repeat(22), 'A'.repeat(21), '-'.repeat(22), '_'.repeat(23), 'a'.repeat(6_000), `${'a'.repeat(22)}%00`, `${'a'.repeat(22)}%0a`,
  ),
  fc.string({ maxLength: 24, unit: fc.constantFrom(...'abcXYZ019-_~%./') }),
) // biome-ignore format: a list reads better filled

export const request = (part: Partial<Shot> & Pick<Shot, 'say' | 'trust' | 'path'>): Shot => ({
  method: 'POST',
  headers: [JSON_TYPE],
  body: Buffer.alloc(0),
  framing: 'length',
  ...part,
})
