import fc from 'fast-check'
import { noise, oddSegment, query, request } from '../requests.ts'
import type { Target } from '../target.ts'

/** The pages that a buyer comes back to, and the list of ways to pay: open to anybody. */
const target: Target = {
  name: '/v1/payment/redirect/*, /methods',
  strangers: () =>
    fc
      .record({
        path: fc.constantFrom(
          '/redirect/success',
          '/redirect/cancel',
          '/redirect/return',
          '/methods',
          '/nowhere',
          '',
        ),
        ref: fc.oneof(
          fc.constant(null),
          oddSegment.map(segment => segment.replace(/[&# ]/g, '')),
        ),
        query,
        method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'DELETE'),
        noise,
      })
      .map(({ path, ref, query, method, noise }) => {
        const more = ref === null ? query : `${query === '' ? '?' : `${query}&`}ref=${ref}`
        return request({
          say: `result page ${path}`,
          trust: 'open',
          method,
          path: `/v1/payment${path}${more}`.replace(/ /g, '%20'),
          headers: noise,
        })
      }),
  friends: () => null,
  judge: (_, { status }) => ([200, 404].includes(status) ? null : `answered ${status}`),
}
export default target
