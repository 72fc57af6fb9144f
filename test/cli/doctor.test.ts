import { afterEach, expect, test } from 'bun:test'
import { doctor } from '../../src/cli/doctor-command.ts'
import type { Config } from '../support/config.ts'
import { product, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

type Found = { level: string; about: string; say: string; todo: string }

async function run(changes: Partial<Config> = {}) {
  let text = ''
  const output = {
    out: (line: string) => {
      text += line
    },
    err: () => {},
  }
  // The webhooks of this world lead to the address that it listens on.
  const config = { ...world.config, publicUrl: world.bridge.url, ...changes }
  const code = await doctor(['--json'], config, output)
  return { code, findings: JSON.parse(text) as Found[] }
}

const faults = (findings: Found[]) => findings.filter(f => f.level === 'wrong')

test('nothing is wrong where nothing is wrong, and nothing is changed by looking', async () => {
  world = await startWorld()
  const { code, findings } = await run()
  expect(faults(findings)).toEqual([])
  expect(code).toBe(0)
  expect(findings.map(f => f.about)).toContain('Lago licence')
  for (const side of [world.lago, world.dodo])
    expect(
      side.faults.calls
        .all()
        .filter(
          call => call.method !== 'GET' && !/^\/(api\/v1\/webhook_endpoints|webhooks)$/.test(call.path),
        ),
    ).toEqual([])
})

test('a key that is not accepted is named with where it belongs', async () => {
  world = await startWorld()
  const { lago, dodo } = world.config
  const { code, findings } = await run({
    lago: { ...lago, apiKey: 'not-the-key' },
    dodo: { ...dodo, apiKey: 'not-the-key' },
  })
  expect(code).toBe(1)
  expect(faults(findings).map(f => f.todo)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('LAGO_API_KEY is not accepted'),
      expect.stringContaining('DODO_API_KEY is not accepted'),
    ]),
  )
})

test('a gateway that lets nobody through blames no key', async () => {
  world = await startWorld()
  for (const { faults } of [world.lago, world.dodo])
    faults.add({ path: /./, fault: { kind: 'status', status: 403, body: '<html>' } })
  const { code, findings } = await run()
  expect(code).toBe(1)
  expect(faults(findings).map(f => f.todo)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('check LAGO_API_URL'),
      expect.stringContaining('check DODO_ENVIRONMENT'),
    ]),
  )
  expect(findings.some(f => f.todo.includes('is not accepted'))).toBe(false)
  expect(faults(findings)[0]?.say).toContain("a gateway's answer, not lago's own")
})

test('webhooks that lead elsewhere, are disabled, are not told everything or are signed with another secret', async () => {
  world = await startWorld()
  const elsewhere = await run({ publicUrl: 'https://pay.example.com' })
  expect(faults(elsewhere.findings).map(f => f.about)).toEqual(['Lago webhooks', 'Dodo webhooks'])
  expect(faults(elsewhere.findings)[0]?.todo).toContain('add https://pay.example.com/webhooks/lago')

  const [endpoint] = world.dodo.state.webhooks.all()
  if (endpoint) endpoint.details.filter_types = ['payment.succeeded']
  const filtered = await run({ dodo: { ...world.config.dodo, webhookKeys: ['whsec_AAAA'] } })
  expect(faults(filtered.findings).map(f => f.say)).toEqual([
    expect.stringContaining('is not told of payment.failed'),
    expect.stringContaining('DODO_WEBHOOK_KEY is not the secret'),
  ])
  if (endpoint) endpoint.details.disabled = true
  expect(faults((await run()).findings)[0]?.say).toContain('is disabled')
})

test('a signature that is not accepted is wrong, and a JWT is at least a hint', async () => {
  world = await startWorld()
  const [endpoint] = world.lago.state.webhookEndpoints.values()
  if (endpoint) endpoint.signature_algo = 'jwt'
  const { lago } = world.config
  const refused = await run({ lago: { ...lago, webhookAlgorithms: ['hmac'] } })
  expect(faults(refused.findings)).toMatchObject([
    { about: 'Lago webhooks', say: expect.stringContaining('signed by jwt') },
  ])
  const accepted = await run()
  expect(accepted.code).toBe(0)
  expect(accepted.findings.find(f => f.about === 'Lago webhooks' && f.level === 'hint')?.todo).toContain(
    'hmac',
  )
})

test('products that cannot charge an exact amount, and those that do not exist', async () => {
  world = await startWorld()
  const { code, findings } = await run({
    products: new Map([
      ['USD', 'pdt_missing'],
      ['EUR', product(world.dodo, 'USD')],
      ['JPY', product(world.dodo, 'JPY', false)],
    ]),
  })
  expect(code).toBe(1)
  expect(faults(findings).map(f => [f.about, f.say])).toEqual([
    ['product USD', 'Dodo knows no product pdt_missing'],
    ['product EUR', expect.stringContaining('its price is in USD, not EUR')],
    ['product JPY', expect.stringContaining('excludes tax')],
  ])
})

test('a Lago without a licence is no fault, but the reader hears what that means', async () => {
  world = await startWorld({ lago: { premium: false } })
  const { code, findings } = await run()
  expect(code).toBe(0)
  expect(findings.find(f => f.about === 'Lago licence')).toMatchObject({
    level: 'hint',
    say: 'there is none',
  })
})

test('a database that is away does not keep the rest from being looked at', async () => {
  world = await startWorld()
  const { code, findings } = await run({ databaseUrl: 'postgres://nobody:nothing@127.0.0.1:1/none' })
  expect(code).toBe(1)
  expect(faults(findings)).toMatchObject([
    { about: 'database', todo: expect.stringContaining('DATABASE_URL') },
  ])
  expect(findings.map(f => f.about)).toContain('Dodo webhooks')
})
