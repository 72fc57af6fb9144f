import fc from 'fast-check'
import { method, noise, oddSegment, query, request } from '../requests.ts'
import type { Shot } from '../shot.ts'
import type { Target } from '../target.ts'

const PATHS = [
  '/healthz',
  '/readyz',
  '/',
  '/favicon.ico',
  '/healthz/',
  '/HEALTHZ',
  '//healthz',
  '/.env',
  '/metrics',
]

/** The health checks, and everything that is not there. */
const target: Target = {
  name: '/healthz, /readyz, /*',
  strangers: () =>
    fc
      .record({
        path: fc.oneof(
          fc.constantFrom(...PATHS),
          oddSegment.map(segment => `/${segment}`),
          fc.constantFrom(
            '/webhooks/',
            '/webhooks/lago/',
            '/webhooks/stripe',
            '/webhooks/__proto__',
            '*',
            'http://evil.test/healthz',
          ),
        ),
        query,
        method,
        noise,
        body: fc.constantFrom('', '{}', 'x'.repeat(2_000)),
      })
      .map(({ path, query, method, noise, body }): Shot => {
        const hasBody = method !== 'GET' && method !== 'HEAD'
        return request({
          say: 'no door of ours',
          trust: 'open',
          method,
          path: `${path}${path === '*' ? '' : query}`.replace(/ /g, '%20'),
          headers: noise,
          body: Buffer.from(hasBody ? body : ''),
        })
      }),
  friends: () => null,
  judge: (_, answer) => ([200, 401, 404, 415].includes(answer.status) ? null : `answered ${answer.status}`),
}
export default target
