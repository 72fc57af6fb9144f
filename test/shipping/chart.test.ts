import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv'
import manifest from '../../package.json'
import { allSettings } from '../../src/config/settings.ts'
import { formatProblems, loadConfig } from '../../src/config.ts'

const chart = join(import.meta.dir, '../../charts/lago-dodo-bridge')
const read = (path: string) => readFileSync(join(chart, path), 'utf8')
const yaml = (path: string) => Bun.YAML.parse(read(path)) as Record<string, unknown>
const templates = readdirSync(join(chart, 'templates'), { recursive: true }).map(String)

type Values = Record<string, unknown> & { settings: Record<string, string> }
const defaults = yaml('values.yaml') as Values
const schema = JSON.parse(read('values.schema.json'))
const validate = new Ajv({ strict: false }).compile(schema)

const secrets = allSettings.filter(({ secret }) => secret).flatMap(({ names }) => names)

test('the defaults are what the schema allows', () => {
  validate(defaults)
  expect(validate.errors).toBeNull()
})

test.each(readdirSync(join(chart, 'ci')))('%s is what the schema allows', file => {
  validate({ ...defaults, ...yaml(`ci/${file}`) })
  expect(validate.errors).toBeNull()
})

test.each(secrets)('%s cannot be put among the settings, which are no secret', name => {
  expect(validate({ ...defaults, settings: { ...defaults.settings, [name]: 'text' } })).toBe(false)
})

test('a number among the settings is refused, since large ones would be written as 1e+10', () => {
  expect(
    validate({ ...defaults, settings: { ...defaults.settings, TOPUP_MAX_CREDITS: 10_000_000_000 } }),
  ).toBe(false)
})

test('a misspelt value is refused at every depth', () => {
  expect(validate({ ...defaults, replicas: 3 })).toBe(false)
  expect(validate({ ...defaults, autoscaling: { enable: true } })).toBe(false)
})

test('every value has a place in the schema, and a default', () => {
  const own = Object.keys(schema.properties).filter(name => name !== 'global')
  expect(Object.keys(defaults).sort()).toEqual(own.sort())
})

test('every value that a template reads exists', () => {
  for (const file of templates.filter(name => /\.(yaml|tpl|txt)$/.test(name)))
    for (const [, path = ''] of read(`templates/${file}`).matchAll(/\.Values\.([\w.]+)/g))
      expect([file, path, valueAt(path)]).not.toContain(undefined)
})

function valueAt(path: string): unknown {
  const [first = '', ...rest] = path.split('.')
  // What is set in `settings` is up to the operator; the chart reads what it has defaults for.
  return rest.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], defaults[first])
}

test('the bridge starts with the default settings and the secrets they name', () => {
  const loaded = loadConfig({
    ...defaults.settings,
    HOST: '0.0.0.0',
    PORT: '3000',
    DATABASE_URL: 'postgres://bridge:x@postgres/bridge',
    LAGO_API_KEY: 'a lago key'.replaceAll(' ', '_'),
    LAGO_WEBHOOK_HMAC_KEY: '33333333-3333-4333-8333-333333333333',
    DODO_API_KEY: 'a_dodo_key',
    DODO_WEBHOOK_KEY: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
  })
  expect(loaded.ok ? '' : formatProblems(loaded.problems)).toBe('')
})

test('the chart installs the version it is released with', () => {
  expect(yaml('Chart.yaml')).toMatchObject({ version: manifest.version, appVersion: manifest.version })
})

describe('every pod', () => {
  const pods = ['deployment.yaml', 'migration-job.yaml', 'tests/ready.yaml']

  test.each(pods)('in %s is nobody, and writes nothing', file => {
    expect(read(`templates/${file}`)).toContain('include "bridge.podSecurity"')
    expect(read(`templates/${file}`)).toContain('include "bridge.container"')
  })

  test('there are no others', () => {
    const found = templates.filter(
      name => name.endsWith('.yaml') && /containers:/.test(read(`templates/${name}`)),
    )
    expect(found.sort()).toEqual(pods.sort())
  })

  test('runs as the user that the image has', () => {
    const [, user] = /^USER (\d+):/m.exec(readFileSync(join(chart, '../../Dockerfile'), 'utf8')) ?? []
    expect(read('templates/_helpers.tpl')).toContain(`runAsUser: ${user}\n`)
  })
})
