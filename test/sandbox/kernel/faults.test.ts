import { expect, test } from 'bun:test'
import { Faults } from '../../../sandbox/kernel/faults.ts'
import { seededRandom } from '../../../sandbox/kernel/random.ts'
import { RateLimiter } from '../../../sandbox/kernel/rate-limit.ts'
import { Router } from '../../../sandbox/kernel/router.ts'
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock.ts'

const fault = { kind: 'reset' } as const

test('a fault strikes only its method and path, and only as often as asked', () => {
  const faults = new Faults()
  faults.add({ method: 'POST', path: '/refunds/*', fault, times: 2 })
  expect(faults.strike('GET', '/refunds/1')).toBeUndefined()
  expect(faults.strike('POST', '/refunds')).toBeUndefined()
  expect(faults.strike('POST', '/refunds/1')).toEqual(fault)
  expect(faults.strike('POST', '/refunds/2')).toEqual(fault)
  expect(faults.strike('POST', '/refunds/3')).toBeUndefined()
})

test('a fault by chance strikes its share of the requests, the same ones for the same seed', () => {
  const struck = () => {
    const faults = new Faults({ random: seededRandom(5) })
    faults.add({ path: /./, fault, chance: 0.3 })
    return Array.from({ length: 1000 }, () => faults.strike('GET', '/x') !== undefined)
  }
  const first = struck()
  expect(first).toEqual(struck())
  const share = first.filter(Boolean).length
  expect(share).toBeGreaterThan(230)
  expect(share).toBeLessThan(370)
})

test('a rule can be taken back, and all of them cleared', () => {
  const faults = new Faults()
  const takeBack = faults.add({ path: '/a', fault })
  faults.add({ path: '/b', fault })
  takeBack()
  expect(faults.strike('GET', '/a')).toBeUndefined()
  expect(faults.strike('GET', '/b')).toEqual(fault)
  faults.clear()
  expect(faults.strike('GET', '/b')).toBeUndefined()
})

test('the call log keeps the last calls only', () => {
  const { calls } = new Faults({ remember: 3 })
  for (let index = 1; index <= 5; index++) {
    calls.add({
      method: 'GET',
      path: `/${index}`,
      query: {},
      headers: {},
      body: null,
      status: 200,
      at: new Date(0),
      done: true,
    })
  }
  expect(calls.all().map(({ path }) => path)).toEqual(['/3', '/4', '/5'])
})

test('the rate limit lets a burst through, then one request per refill', async () => {
  const clock = new VirtualClock()
  const limiter = new RateLimiter(clock, { perMinute: 60, burst: 3 })
  expect([1, 2, 3, 4].map(() => limiter.take().allowed)).toEqual([true, true, true, false])
  expect(limiter.take().headers).toEqual({
    'X-RateLimit-Limit': '60',
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': '1',
  })
  await clock.advance(1000)
  expect([limiter.take().allowed, limiter.take().allowed]).toEqual([true, false])
})

test('a literal segment wins over a parameter, and a method without a route is not found', () => {
  const route = () => new Response()
  const router = new Router().on('GET', '/checkouts/:id', route).on('POST', '/checkouts/preview', route)
  expect(router.find('POST', '/checkouts/preview')?.pattern).toBe('/checkouts/preview')
  expect(router.find('GET', '/checkouts/cks%5F1')).toMatchObject({
    pattern: '/checkouts/*',
    params: { id: 'cks_1' },
  })
  expect(router.find('GET', '/checkouts/preview')?.pattern).toBe('/checkouts/*')
  expect(router.find('DELETE', '/checkouts/cks_1')).toBeUndefined()
  expect(router.find('GET', '/checkouts/a/b')).toBeUndefined()
})
