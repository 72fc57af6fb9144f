import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../src/db/connection.ts'
import { startEmbedded } from '../src/db/embedded.ts'
import { load, type Result } from './load.ts'
import { postgresSeconds, processorSeconds } from './meters.ts'
import { insertRows } from './pgbench.ts'
import { LAGO_HMAC_KEY, sampleBody, signedRequests } from './webhooks.ts'

const WARM_UP = 3_000
/** Long enough for all of them, however busy the machine. */
const WARM_UP_SECONDS = 60
/** More than any machine answers in the time. */
const MOST_PER_SECOND = 16_000

/** Processor time of the processes that a webhook passes, the sender of the load among them. */
export type Spent = { service: number; postgres: number; load: number }

export type Ingested = {
  bodyBytes: number
  /** `spent` on each, in microseconds. */
  stored: Result & { spent: Spent }
  /** The same with the worker busy on what comes in. */
  worked: Result
  /** The same door, but the delivery is forgotten: what HTTP, signature and JSON alone allow. */
  parsed: Result
  /** One row with the same body for each transaction, and one with an empty body. */
  inserts: Result & { by: string }
  emptyInserts: Result & { by: string }
}

/** Durable acknowledgements beside the machine's own limits, all in one run and on one database. */
export async function ingest(seconds: number): Promise<Ingested> {
  const directory = await mkdtemp(join(tmpdir(), 'bridge-bench-'))
  const database = await startEmbedded({ directory, persistent: false })
  const under = (mode: Mode) => serverUnder(mode, { directory, databaseUrl: database.url, seconds })
  try {
    const { body } = await sampleBody()
    const parsed = await under('parse')
    const emptyInserts = await insertRows(database.url, '{}', seconds)
    const inserts = await insertRows(database.url, body, seconds)
    const stored = await under('store')
    await checkCommitted(database.url, stored)
    const worked = await under('work')
    return { bodyBytes: Buffer.byteLength(body), stored, worked, parsed, inserts, emptyInserts }
  } finally {
    await database.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

type Mode = 'parse' | 'store' | 'work'
type Place = { directory: string; databaseUrl: string; seconds: number }

/** Starts a server as another process, warms it up, and puts it under load. */
async function serverUnder(
  mode: Mode,
  { directory, databaseUrl, seconds }: Place,
): Promise<Result & { spent: Spent }> {
  const secondsUsed = async (): Promise<Spent> => ({
    service: await processorSeconds([child.pid]),
    postgres: await postgresSeconds(directory),
    load: await processorSeconds([process.pid]),
  })
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'server.ts'), mode], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      DATABASE_URL: databaseUrl,
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
    await load(port, await signedRequests(WARM_UP), WARM_UP_SECONDS)
    const requests = await signedRequests(MOST_PER_SECOND * seconds)
    Bun.gc(true)
    const before = await secondsUsed()
    const result = await load(port, requests, seconds)
    const after = await secondsUsed()
    const each = (of: keyof Spent) => ((after[of] - before[of]) / result.answered) * 1e6
    return { ...result, spent: { service: each('service'), postgres: each('postgres'), load: each('load') } }
  } finally {
    child.kill('SIGKILL')
    await child.exited
  }
}

/** Every delivery that was acknowledged is in the database, although its server was killed. */
async function checkCommitted(databaseUrl: string, { answered, failed }: Result): Promise<void> {
  const sql = connect(databaseUrl, { max: 1 })
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from deliveries`
  await sql.end()
  const acknowledged = answered + WARM_UP
  if ((row?.count ?? 0) < acknowledged || failed > 0)
    throw new Error(`${acknowledged} were acknowledged and ${row?.count} stored; ${failed} failed`)
}
