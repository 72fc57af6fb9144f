import { afterAll, beforeAll, expect, test } from 'bun:test'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPair } from '../../sandbox/pair.ts'
import { freshDatabase } from '../support/database.ts'
import { deskOf, freePort, invoiceIsPaid, startProgram } from './program.ts'

const ROOT = join(import.meta.dir, '../..')
const env = { PATH: process.env['PATH'] ?? '' }

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bridge-node-'))
  const build = Bun.spawnSync([process.execPath, 'run', 'build'], { cwd: ROOT })
  if (build.exitCode !== 0) throw new Error(build.stderr.toString())
  // Away from the sources, so that it has nothing but what was built.
  await cp(join(ROOT, 'dist'), join(directory, 'dist'), { recursive: true })
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const onNode = (...args: string[]) =>
  Bun.spawnSync(['node', 'dist/main.js', ...args], { cwd: directory, env })

test('the bundle carries an invoice to paid on Node, with nothing beside it', async () => {
  const port = freePort()
  const url = `http://127.0.0.1:${port}`
  const pair = startPair({ bridge: url })
  const settings = { HOST: '127.0.0.1', PORT: String(port), DATABASE_URL: await freshDatabase() }
  const program = await startProgram({
    command: ['node', 'dist/main.js'],
    cwd: directory,
    env: { ...env, ...pair.settings, ...settings },
    url,
  })
  try {
    expect(await invoiceIsPaid(deskOf(pair))).toEqual({ due: 1800, paid: 1800 })
    const refused = await fetch(`${url}/webhooks/dodo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'x'.repeat(2 * 1024 * 1024),
    })
    expect(refused.status).toBe(413)
    const check = Bun.spawnSync(['node', 'dist/main.js', 'healthcheck'], {
      cwd: directory,
      env: { ...env, ...pair.settings, ...settings },
    })
    expect(check.exitCode).toBe(0)
  } finally {
    expect(await program.terminate()).toBe(0)
    await pair.stop()
  }
  expect(await program.log()).toContain('"msg":"stopped"')
}, 60_000)

test('a wrong command says which there are', () => {
  const { exitCode, stderr } = onNode('recncile')
  expect(exitCode).toBe(2)
  expect(stderr.toString()).toContain('reconcile')
})

test('without settings it names each that is missing and ends', () => {
  const { exitCode, stderr } = onNode()
  expect(exitCode).toBe(1)
  expect(stderr.toString()).toContain('LAGO_API_KEY is missing')
})
