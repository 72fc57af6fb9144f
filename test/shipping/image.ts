import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPair } from '../../sandbox/pair.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { deskOf, freePort, invoiceIsPaid, startProgram } from './program.ts'

const MOST_MEGABYTES = 60
const MOST_MS_TO_READY = 1_000

const given = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is missing: this is run by image.sh`)
  return value
}
const say = (text: string) => console.log(`   ${text}`)

type ImageConfig = { User: string; Entrypoint: string[]; StopSignal: string; Labels: Record<string, string> }
type Inspected = { Docker: { config: ImageConfig & { Healthcheck: { Test: string[] } } } }

const root = given('IMAGE_ROOT')
const { Docker } = JSON.parse(readFileSync(given('IMAGE_CONFIG'), 'utf8')) as Inspected
const { User, Entrypoint, StopSignal, Labels, Healthcheck } = Docker.config
assert.match(User, /^[1-9]\d*:[1-9]\d*$/)
assert.equal(StopSignal, 'SIGTERM')
assert.equal(Labels['org.opencontainers.image.licenses'], 'MIT')
assert.equal(Healthcheck.Test[0], 'CMD')

await assert.rejects(writeFile(join(root, 'tmp/anything'), ''), { code: 'EROFS' })
const inImage = (...args: string[]) => [Bun.which('chroot') ?? 'chroot', `--userspec=${User}`, root, ...args]

const directory = await mkdtemp(join(tmpdir(), 'bridge-image-postgres-'))
const database = await startEmbedded({ directory, persistent: false })
const port = freePort()
const url = `http://127.0.0.1:${port}`
const pair = startPair({ bridge: url })
const env = {
  ...pair.settings,
  HOST: '127.0.0.1',
  PORT: String(port),
  DATABASE_URL: database.url,
  // Each start reads the five products of the sandbox. Starts follow each other at once here, so that the rate of the
  // lowest tier at Dodo would be what is measured.
  DODO_REQUESTS_PER_MINUTE: '6000',
}
const start = () => startProgram({ command: inImage(...Entrypoint), cwd: '/', env, url })
try {
  const first = await start()
  say(`ready after ${Math.round(first.readyMs)} ms on an empty database, migrations and all`)
  const { due, paid } = await invoiceIsPaid(deskOf(pair))
  assert.equal(paid, due)
  say(`an invoice of ${due} cents ended paid, ${paid} cents in Lago`)
  assert.equal(first.uid(), User.split(':')[0])
  say(`it ran as user ${first.uid()}, and nothing could be written`)
  const check = Bun.spawnSync(inImage(...Healthcheck.Test.slice(1)), { env })
  assert.equal(check.exitCode, 0, check.stderr.toString())
  say(`its health check says ${check.stdout.toString().trim()}`)
  assert.equal(await first.terminate(), 0)
  const dead = Bun.spawnSync(inImage(...Healthcheck.Test.slice(1)), { env })
  assert.equal(dead.exitCode, 1)
  say('on SIGTERM it finished and ended with 0; the health check then fails with 1')

  const times: number[] = []
  for (let round = 0; round < 5; round++) {
    const again = await start()
    times.push(Math.round(again.readyMs))
    assert.equal(await again.terminate(), 0)
  }
  const median = [...times].sort((a, b) => a - b)[2] ?? 0
  const megabytes = Number(given('IMAGE_BYTES')) / 1e6
  say(
    `ready after ${median} ms (median of ${times.join(', ')}; a new process, from its start to 200 of /readyz)`,
  )
  say(
    `${megabytes.toFixed(1)} MB compressed (all layers of the image as pushed, gzip; there is no base below them)`,
  )
  assert.ok(megabytes < MOST_MEGABYTES, `more than ${MOST_MEGABYTES} MB`)
  assert.ok(median < MOST_MS_TO_READY, `more than ${MOST_MS_TO_READY} ms to ready`)
} finally {
  await pair.stop()
  await database.stop()
  await rm(directory, { recursive: true, force: true })
}
