import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allSettings } from '../../src/config/settings.ts'
import { formatProblems, loadConfig, secretsOf } from '../../src/config.ts'
import {
  complaints,
  configOf,
  live,
  minimal,
  USER_TOKEN_SECRET,
  WEBHOOK_KEY,
  without,
} from './environment.ts'

const directory = mkdtempSync(join(tmpdir(), 'config-'))
afterAll(() => rmSync(directory, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

const secretNames = allSettings.filter(setting => setting.secret).flatMap(setting => setting.names)
const keyNames = secretNames.filter(name => name !== 'DATABASE_URL')

describe('an empty secret', () => {
  test.each(keyNames)('%s stops the start and is never a key', name => {
    for (const blank of ['', '  ', '\n'])
      expect(complaints({ [name]: blank })).toContain(`${name} is set but empty`)
  })

  test.each(['LAGO_WEBHOOK_HMAC_KEY', 'DODO_WEBHOOK_KEY', 'NOTIFY_KEY', 'ADMIN_TOKEN'])(
    '%s: a list with an empty entry stops the start',
    name => {
      for (const list of [' , ', ',', `${WEBHOOK_KEY},`, `,${WEBHOOK_KEY}`]) {
        const found = complaints({ [name]: list, NOTIFY_URL: 'https://hooks.example.com' })
        expect(found.some(text => text.startsWith(`${name} is empty in entry`))).toBe(true)
      }
    },
  )

  test.each(keyNames)('%s: neither an empty file nor an empty path is a secret', name => {
    const env = name in minimal ? without(name as keyof typeof minimal) : minimal
    for (const path of [file('empty', '\n'), '']) {
      const loaded = loadConfig({ ...env, [`${name}_FILE`]: path })
      const settings = loaded.ok ? [] : loaded.problems.map(({ setting, problem }) => `${setting} ${problem}`)
      expect(settings).toContain(`${name}_FILE is set but empty`)
    }
  })
})

describe('a secret from a file', () => {
  test('is read and trimmed', () => {
    const path = file('key', 'lago-key-from-file\n')
    const loaded = loadConfig({ ...without('LAGO_API_KEY'), LAGO_API_KEY_FILE: path })
    expect(loaded).toMatchObject({ ok: true, config: { lago: { apiKey: 'lago-key-from-file' } } })
  })

  test('works under an alias, and for the database too', () => {
    const loaded = loadConfig({
      ...without('DODO_API_KEY'),
      DODO_PAYMENTS_API_KEY_FILE: file('dodo', 'dodo-key-from-file'),
      DATABASE_URL_FILE: file('database', 'postgres://u:p@db/bridge\n'),
    })
    expect(loaded).toMatchObject({
      ok: true,
      config: { dodo: { apiKey: 'dodo-key-from-file' }, databaseUrl: 'postgres://u:p@db/bridge' },
    })
  })

  test('beside the variable itself is refused, even with the same value', () => {
    expect(complaints({ LAGO_API_KEY_FILE: file('same', minimal.LAGO_API_KEY) })).toEqual([
      'LAGO_API_KEY and LAGO_API_KEY_FILE are both set',
    ])
  })

  test('that cannot be read is named without the path, which may be the secret itself', () => {
    const loaded = loadConfig({ ...without('LAGO_API_KEY'), LAGO_API_KEY_FILE: 'a-secret-put-here' })
    expect(loaded).toMatchObject({
      ok: false,
      problems: [{ setting: 'LAGO_API_KEY_FILE', problem: 'names a file that cannot be read (ENOENT)' }],
    })
    expect(JSON.stringify(loaded)).not.toContain('a-secret-put-here')
  })

  test('is not offered for what is no secret', () => {
    expect(configOf({ PORT_FILE: file('port', '4000') }).port).toBe(3000)
  })
})

describe('messages', () => {
  test.each(allSettings.flatMap(setting => setting.names))('no problem repeats what %s was set to', name => {
    const value = 'S3cret? value;'
    const loaded = loadConfig({ ...live, [name]: value })
    expect(JSON.stringify(loaded.ok ? loaded.warnings : loaded.problems)).not.toContain('S3cret')
    if (!loaded.ok) expect(formatProblems(loaded.problems)).not.toContain('S3cret')
  })
})

test('secretsOf names every configured secret, in each form it may be written', () => {
  const other = 'whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA='
  const env: Record<string, string> = {
    ...live,
    DATABASE_URL: 'postgres://u:p%40ss%2Fword@db/bridge',
    DODO_WEBHOOK_KEY: `${WEBHOOK_KEY},${other}`,
    NOTIFY_URL: 'https://hooks.example.com',
    NOTIFY_KEY: 'whsec_bm90aWZ5LW5vdGlmeS1ub3RpZnktbm90aWZ5LW5vdGk=',
    ADMIN_TOKEN: 'admin-token-number-1,admin-token-number-2',
    BALANCE: 'ledger',
    USER_TOKEN_SECRET,
  }
  const secrets = secretsOf(configOf(env))
  for (const { name, secret } of allSettings) {
    if (secret) expect(secrets).toEqual(expect.arrayContaining((env[name] ?? 'not set').split(',')))
  }
  expect(secrets).toEqual(expect.arrayContaining(['p%40ss%2Fword', 'p@ss/word', other.slice(6)]))
})
