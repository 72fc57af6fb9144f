import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { findSecrets } from '../../scripts/secret-patterns.ts'

const hex = (bytes: number) => randomBytes(bytes).toString('hex')
const base64 = (bytes: number) => randomBytes(bytes).toString('base64url')

describe('a secret that somebody commits is found:', () => {
  test.each([
    ['a webhook secret', `DODO_WEBHOOK_KEY=whsec_${randomBytes(32).toString('base64')}`],
    ['a private key', `-----BEGIN RSA ${'PRIVATE'} KEY-----`],
    ['a key of Stripe', `const key = '${'sk_'}live_${hex(16)}'`],
    ['a key of Dodo', `${'dodo_'}live_${hex(16)}`],
    ['a GitHub token', `${'ghp'}_${hex(18)}`],
    ['a signed token', `eyJ${base64(20)}.eyJ${base64(40)}.${base64(40)}`],
    ['the password of a database', `postgres${'://'}bridge:${hex(8)}@db.internal.net/bridge`],
    ['an assigned secret', `"api_key": "${base64(30)}"`],
  ])('%s', (_, line) => {
    const found = findSecrets(line)
    expect(found.length).toBeGreaterThan(0)
    for (const one of found) expect(line).not.toBe(one)
  })
})

test('neither the tree nor its history holds a secret', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/secrets-scan.ts'], {
    cwd: new URL('../../', import.meta.url).pathname,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^\d{2,} files and \d{3,} lines of history were searched: 0 secrets$/m)
}, 60_000)
