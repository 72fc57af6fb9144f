import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { startEmbedded } from '../src/db/embedded.ts'

const { values } = parseArgs({
  options: {
    invoices: { type: 'string', default: '2000' },
    concurrency: { type: 'string', default: '16' },
  },
})
const INVOICES = Number(values.invoices)
const LAGO = 'http://127.0.0.1:4011'
const DODO = 'http://127.0.0.1:4012'
const BRIDGE = 'http://127.0.0.1:4010'

/** How fast invoices are carried to paid where neither Lago nor Dodo takes time: each side in a process of its own. */
async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'bridge-bench-'))
  const database = await startEmbedded({ directory, persistent: false })
  const sandbox = spawn(
    ['bun', 'sandbox/main.ts', '--bridge', BRIDGE, '--lago-port', '4011', '--dodo-port', '4012'],
    {},
  )
  const settings = await settingsOf(sandbox.stdout)
  const bridge = spawn(['bun', 'src/main.ts'], {
    ...settings,
    PORT: '4010',
    DATABASE_URL: database.url,
    LAGO_REQUESTS_PER_SECOND: '10000',
    DODO_REQUESTS_PER_MINUTE: '100000',
    WORKER_CONCURRENCY: values.concurrency ?? '16',
    LOG_LEVEL: 'warn',
  })
  const sql = postgres(database.url, { max: 1, onnotice: () => {} })
  try {
    await until(async () => (await fetch(`${BRIDGE}/readyz`).catch(() => null))?.ok === true)
    const commitsBefore = await commits(sql)

    const opening = performance.now()
    await post(`${LAGO}/_sandbox/createInvoices`, { count: INVOICES, customers: 100, fees: [1000] })
    await until(async () => (await count(sql, 'sessions')) === INVOICES)
    const opened = seconds(opening)

    const sessions = await sql<{ id: string }[]>`select id from sessions`
    const paying = performance.now()
    await each(sessions, 8, ({ id }) => post(`${DODO}/_sandbox/sessions/${id}/pay`, {}))
    await until(async () => (await paid(sql)) === INVOICES)
    const recorded = seconds(paying)
    await until(async () => (await open(sql)) === 0)
    await Bun.sleep(1200)

    const statements = (await commits(sql)) - commitsBefore
    const total = opened + recorded
    console.log(`invoices carried to paid        ${INVOICES}
to an open checkout             ${(INVOICES / opened).toFixed(0)} a second
from paid to recorded           ${(INVOICES / recorded).toFixed(0)} a second
both                            ${(INVOICES / total).toFixed(0)} a second
statements for each             ${(statements / INVOICES).toFixed(1)}`)
  } finally {
    await sql.end()
    for (const process of [bridge, sandbox]) process.kill('SIGTERM')
    await Promise.all([bridge.exited, sandbox.exited])
    await database.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

function spawn(command: string[], env: Record<string, string>) {
  return Bun.spawn(command, { env: { ...process.env, ...env }, stdout: 'pipe', stderr: 'inherit' })
}

/** The sandbox prints the settings of a bridge for it. */
async function settingsOf(output: ReadableStream<Uint8Array>): Promise<Record<string, string>> {
  let text = ''
  for await (const chunk of output) {
    text += new TextDecoder().decode(chunk)
    if (/\n[A-Z_]+=\S+\n\n$/.test(text)) break
  }
  return Object.fromEntries(
    [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name ?? '', value ?? '']),
  )
}

const seconds = (since: number): number => (performance.now() - since) / 1000

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 300_000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it took more than five minutes')
    await Bun.sleep(50)
  }
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
}

async function each<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const item of queue) await work(item)
    }),
  )
}

const count = async (sql: postgres.Sql, table: string): Promise<number> =>
  Number((await sql`select count(*) as n from ${sql(table)}`)[0]?.['n'])

const paid = async (sql: postgres.Sql): Promise<number> =>
  Number((await sql`select count(*) as n from payables where state = 'paid'`)[0]?.['n'])

const open = async (sql: postgres.Sql): Promise<number> =>
  Number((await sql`select count(*) as n from deliveries where outcome = 'stored'`)[0]?.['n'])

/** Every statement of the bridge is a transaction of its own, so the commits count them. */
const commits = async (sql: postgres.Sql): Promise<number> =>
  Number((await sql`select sum(xact_commit) as n from pg_stat_database`)[0]?.['n'])

await main()
