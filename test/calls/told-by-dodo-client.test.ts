import { expect, test } from 'bun:test'
import type { Budget } from '../../src/calls/budget.ts'
import { asCallError } from '../../src/calls/call-error.ts'
import { type Fetch, guardedFetch } from '../../src/calls/guarded-fetch.ts'
import type { DodoPaymentId } from '../../src/core/ids.ts'
import { createDodoClient } from '../../src/dodo/client.ts'

const open: Budget = { take: async () => {}, pause: async () => {} }

/** What is thrown when a refund is asked for over this `fetch`. */
async function refunding(fetch: Fetch, budget: Budget = open) {
  const dodo = createDodoClient({
    apiKey: 'key',
    environment: 'test_mode',
    baseUrl: 'http://dodo.test',
    fetch: guardedFetch({ system: 'dodo', budget, timeoutMs: 20, fetch }),
  })
  const paymentId = 'pay_1' as DodoPaymentId
  return dodo
    .refund({ paymentId, productId: 'pdt_1', amount: null, reason: '', metadata: {} })
    .then(() => null, asCallError)
}

test('a call that got no answer in time is told as such, and may have had its effect', async () => {
  const silence: Fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  expect(await refunding(silence)).toMatchObject({
    failure: 'unknown',
    status: null,
    message: 'dodo POST /refunds: no answer: nothing within 20 ms',
  })
})

test('a call that got no place within the rate was certainly not sent', async () => {
  const away: Budget = { ...open, take: () => Promise.reject(new Error('the database is away')) }
  let sent = 0
  const counted: Fetch = async () => {
    sent++
    return new Response('{}')
  }
  expect(await refunding(counted, away)).toMatchObject({
    failure: 'not-sent',
    message: 'dodo POST /refunds: no answer: no place within the rate: the database is away',
  })
  expect(sent).toBe(0)
})
