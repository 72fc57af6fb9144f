import { expect, test } from 'bun:test'
import type { DodoSessionId } from '../../src/core/ids.ts'
import { createDodoClient, type Dodo } from '../../src/dodo/client.ts'

const answering = (answer: () => Response): Dodo =>
  createDodoClient({
    apiKey: 'key',
    environment: 'test_mode',
    baseUrl: 'http://dodo.test',
    fetch: async () => answer(),
  })

const since = new Date('2026-03-01T00:00:00Z')
const drained = async (pages: AsyncIterable<unknown[]>) => {
  const all: unknown[] = []
  for await (const page of pages) all.push(...page)
  return all
}

const ASKED: [string, (dodo: Dodo) => Promise<unknown>][] = [
  ['payments', dodo => drained(dodo.paymentsSince(since))],
  ['refunds', dodo => drained(dodo.refundsSince(since))],
  ['disputes', dodo => drained(dodo.disputesSince(since))],
  ['payments with their metadata', dodo => dodo.listPayments(since)],
]

test.each(ASKED)(
  'a gateway that answers in place of Dodo has not said that there are no %s',
  async (_, ask) => {
    const page = answering(() => new Response('<html>', { headers: { 'content-type': 'text/html' } }))
    await expect(ask(page)).rejects.toMatchObject({ failure: 'unknown' })
    await expect(ask(answering(() => Response.json({ message: 'ok' })))).rejects.toMatchObject({
      failure: 'unknown',
    })
  },
)

test.each(ASKED)('a list of %s with nothing in it is empty', async (_, ask) => {
  expect(await ask(answering(() => Response.json({ items: [] })))).toEqual([])
})

test('a gateway that answers in place of Dodo has not said that nobody paid in a checkout', async () => {
  const page = answering(() => new Response('<html>', { headers: { 'content-type': 'text/html' } }))
  await expect(page.getSession('cks_1' as DodoSessionId)).rejects.toMatchObject({ failure: 'unknown' })
})
