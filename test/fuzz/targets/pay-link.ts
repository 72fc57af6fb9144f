import fc from 'fast-check'
import { method, noise, oddSegment, query, request } from '../requests.ts'
import type { Shot } from '../shot.ts'
import type { Target } from '../target.ts'

const NEAR_MISS = ['flip', 'cut', 'longer', 'case', 'encoded-nul', 'slash'] as const

/** Something very like a token that is none. */
function nearMiss(token: string, how: (typeof NEAR_MISS)[number], n: number): string {
  const at = n % token.length
  const other = token[at] === 'A' ? 'B' : 'A'
  switch (how) {
    case 'flip':
      return `${token.slice(0, at)}${other}${token.slice(at + 1)}`
    case 'cut':
      return token.slice(0, at)
    case 'longer':
      return `${token}A`
    case 'case':
      return token === token.toLowerCase() ? `${token.slice(1)}Z` : token.toLowerCase()
    case 'encoded-nul':
      return `${token}%00`
    case 'slash':
      return `${token}%2f..`
  }
}

const target: Target = {
  name: '/pay/<token>',
  strangers: m =>
    fc
      .record({
        token: fc.oneof(
          fc
            .record({
              token: fc.constantFrom(...m.payTokens),
              how: fc.constantFrom(...NEAR_MISS),
              n: fc.nat(),
            })
            .map(({ token, how, n }) => nearMiss(token, how, n)),
          fc.string({ minLength: 22, maxLength: 22, unit: fc.constantFrom(...'abcXYZ019-_') }),
          oddSegment,
        ),
        tail: fc.constantFrom('', '/return', '/return/', '//return', '/x', '/return/..'),
        query,
        method,
        noise,
      })
      .map(({ token, tail, query, method, noise }): Shot => {
        return request({
          say: `unknown token${tail}`,
          trust: 'open',
          method,
          path: `/pay/${token}${tail}${query}`.replace(/ /g, '%20'),
          headers: noise,
        })
      }),
  friends: m =>
    fc
      .record({
        token: fc.constantFrom(...m.payTokens),
        tail: fc.constantFrom('', '/return'),
        query,
        method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'DELETE'),
        noise,
      })
      .map(({ token, tail, query, method, noise }): Shot => {
        return request({
          say: `a real link${tail}`,
          trust: 'payer',
          method,
          path: `/pay/${token}${tail}${query}`.replace(/ /g, '%20'),
          headers: noise,
        })
      }),
  judge(shot, answer) {
    const reads = shot.method === 'GET' || shot.method === 'HEAD'
    const allowed = shot.trust === 'payer' && reads ? [200, 202, 302, 404, 410] : [404]
    return allowed.includes(answer.status) ? null : `answered ${answer.status}`
  },
}
export default target
