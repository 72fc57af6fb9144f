import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../src/db/connection.ts'
import { startEmbedded } from '../src/db/embedded.ts'
import { load, type Result } from './load.ts'
import { insertRows } from './pgbench.ts'
import { LAGO_HMAC_KEY, sampleBody, signedRequests } from './webhooks.ts'

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5)
const WARM_UP = 3_000
/** More than any machine answers in the time. */
const MOST_PER_SECOND = 16_000
const WANTED_RATIO = 1.2
const WANTED_P99_MS = 25

const directory = await mkdtemp(join(tmpdir(), 'bench-postgres-'))
const database = await startEmbedded({ directory, persistent: false })
try {
  const facts = await settingsOf(database.url)
  console.log(`${availableParallelism()} cores shared by all; Postgres ${facts}`)
  const { body } = await sampleBody()
  console.log(
    `64 connections, ${SECONDS} s each; signed, distinct invoice.created webhooks of ${Buffer.byteLength(body)} bytes\n`,
  )

  const parse = await serverUnder('parse')
  const small = await insertRows(database.url, '{}', SECONDS)
  const same = await insertRows(database.url, body, SECONDS)
  const stored = await serverUnder('store')
  await checkCommitted(stored)
  const worked = await serverUnder('work')

  const row = (name: string, { perSecond, p50, p99, failed }: Result) => ({
    measured: name,
    'per second': Math.round(perSecond),
    'p50 ms': p50.toFixed(1),
    'p99 ms': p99.toFixed(1),
    'times the inserts': (perSecond / same.perSecond).toFixed(2),
    failed,
  })
  console.table([
    row('durable acknowledgements', stored),
    row('the same with the worker busy', worked),
    row('verified and parsed, not stored', parse),
    row(`${same.by}: one row with the same body`, same),
    row(`${small.by}: one row with an empty body`, small),
  ])
  const ratio = stored.perSecond / same.perSecond
  const said = (holds: boolean) => (holds ? 'met' : 'NOT met')
  console.log(
    `at least ${WANTED_RATIO} times the inserts: ${ratio.toFixed(2)}, ${said(ratio >= WANTED_RATIO)}`,
  )
  console.log(
    `p99 under ${WANTED_P99_MS} ms: ${stored.p99.toFixed(1)} ms, ${said(stored.p99 < WANTED_P99_MS)}`,
  )
} finally {
  await database.stop()
  await rm(directory, { recursive: true, force: true })
}

/** Starts a server as another process, warms it up, and puts it under load. */
async function serverUnder(mode: 'parse' | 'store' | 'work'): Promise<Result> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'server.ts'), mode], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      DATABASE_URL: database.url,
      LAGO_API_URL: 'http://127.0.0.1:9',
      LAGO_API_KEY: 'bench_lago_key',
      LAGO_WEBHOOK_HMAC_KEY: LAGO_HMAC_KEY,
      DODO_API_BASE_URL: 'http://127.0.0.1:9',
      DODO_API_KEY: 'bench_dodo_key',
      DODO_WEBHOOK_KEY: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
      DODO_PRODUCTS: 'USD:pdt_bench',
      LOG_LEVEL: 'silent',
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  try {
    const { value } = await child.stdout.getReader().read()
    const port = Number(new TextDecoder().decode(value))
    await load(port, await signedRequests(WARM_UP), SECONDS)
    const requests = await signedRequests(MOST_PER_SECOND * SECONDS)
    Bun.gc(true)
    return await load(port, requests, SECONDS)
  } finally {
    child.kill('SIGKILL')
    await child.exited
  }
}

/** Every delivery that was acknowledged is in the database, although its server was killed. */
async function checkCommitted({ answered, failed }: Result): Promise<void> {
  const sql = connect(database.url, { max: 1 })
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from deliveries`
  await sql.end()
  const acknowledged = answered + WARM_UP
  if ((row?.count ?? 0) < acknowledged || failed > 0)
    throw new Error(`${acknowledged} were acknowledged and ${row?.count} stored; ${failed} failed`)
}

async function settingsOf(url: string): Promise<string> {
  const sql = connect(url, { max: 1 })
  const rows = await sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings
    where name in ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes') order by name desc`
  await sql.end()
  return rows.map(({ name, setting }) => `${name} ${setting}`).join(', ')
}
