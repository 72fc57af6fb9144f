import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { campaign, type Report } from './campaign.ts'
import { memoryByThirds, summary } from './summary.ts'

const MEGABYTE = 1024 * 1024
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 8_000)
const SEED = Number(process.env['FUZZ_SEED'] ?? 4_711)

let report: Report
beforeAll(async () => {
  report = await campaign({ requests: REQUESTS, seed: SEED, lanes: 16, round: 1_500 })
}, 120_000)
afterAll(() => {
  if (report.faults.length > 0) console.log(summary(report))
})

describe('whatever is sent to any door of the real program', () => {
  test('no forgery is accepted, no answer is wrong, and strangers change nothing and call nobody', () => {
    expect(report.faults).toEqual([])
    expect(report.requests).toBeGreaterThanOrEqual(REQUESTS)
  })

  test('every door was tried, by strangers and by those with a key', () => {
    const names = [...report.tallies.keys()]
    for (const name of ['/webhooks/lago', '/webhooks/dodo', '/pay/<token>', '/v1/balance/*, /v1/payment/*'])
      expect(names).toEqual(expect.arrayContaining([`${name} (strangers)`, `${name} (friends)`]))
    for (const name of ['/healthz, /readyz, /*', '/v1/payment/webhook', '/v1/payment/redirect/*, /methods'])
      expect(names).toContain(`${name} (strangers)`)
    // A fuzzer whose requests never get anywhere tests nothing.
    for (const [name, { answers }] of report.tallies)
      if (name.endsWith('(friends)')) expect(answers.get('200')).toBeGreaterThan(10)
  })

  test('no request of a stranger is slow', () => {
    for (const [name, tally] of report.tallies)
      if (name.endsWith('(strangers)'))
        expect({ name, slow: tally.quantile(0.999) > 1_000 }).toEqual({ name, slow: false })
  })

  test('memory does not grow with the number of requests', () => {
    const [first = 0, , last = 0] = memoryByThirds(report.memory)
    expect((last - first) / MEGABYTE).toBeLessThan(60)
  })
})
