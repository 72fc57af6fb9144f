import { afterEach, expect, test } from 'bun:test'
import { type Pair, startPair } from '../../sandbox/pair.ts'
import { eventually } from '../support/world.ts'

const pairs: Pair[] = []
const start = (options = {}) => {
  const pair = startPair({ bridge: 'http://localhost:3000', ...options })
  pairs.push(pair)
  return pair
}
afterEach(() => Promise.all(pairs.splice(0).map(pair => pair.stop())))

const readSettings = async (path: string) =>
  Object.fromEntries(
    (await Bun.file(path).text())
      .split('\n')
      .filter(line => /^\w+=/.test(line))
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

test('sandbox/bridge.env fits every sandbox on the default ports, whenever it was started', async () => {
  const kept = await readSettings(`${import.meta.dir}/../../sandbox/bridge.env`)
  const { LAGO_API_URL, DODO_API_BASE_URL, ...rest } = start().settings
  expect<Record<string, string>>({
    ...rest,
    LAGO_API_URL: 'http://127.0.0.1:4001',
    DODO_API_BASE_URL: 'http://127.0.0.1:4002',
  }).toEqual(kept)
})

test('two sandboxes never give the same invoice id, so that a bridge can outlive one of them', () => {
  const ids = [start(), start()].map(({ lago }) => lago.control.createInvoice({ silent: true }).lago_id)
  expect(new Set(ids).size).toBe(2)
})

test('both sides send their webhooks to the bridge they were given', async () => {
  const heard: string[] = []
  const bridge = Bun.serve({
    port: 0,
    fetch: request => {
      heard.push(new URL(request.url).pathname)
      return new Response('ok')
    },
  })
  const pair = start({ bridge: `http://127.0.0.1:${bridge.port}` })
  pair.lago.control.createInvoice()
  await pair.dodo.control.createForeignPayment({ amount: 100, currency: 'USD' })
  await eventually(
    () => new Set(heard),
    paths => paths.has('/webhooks/lago') && paths.has('/webhooks/dodo'),
  )
  await bridge.stop(true)
})
