import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { type EmbeddedDatabase, startEmbedded } from '../../src/db/embedded.ts'
import { migrateDatabase } from '../../src/db/migrate.ts'

// One for each process: tests may run in several, on one server.
const TEMPLATE = `bridge_template_${process.pid}`

let server: Promise<{ database: EmbeddedDatabase | null; url: string }> | null = null
let made = 0

/** One real Postgres for the whole run; `TEST_DATABASE_URL` names another, such as an older version. */
async function start() {
  const given = process.env['TEST_DATABASE_URL']
  const directory = given ? null : await mkdtemp(join(tmpdir(), 'bridge-postgres-'))
  const database = directory
    ? await startEmbedded({
        directory,
        persistent: false,
        settings: {
          fsync: 'off',
          synchronous_commit: 'off',
          full_page_writes: 'off',
          max_connections: '300',
        },
      })
    : null
  if (directory) removeAfterRun(directory)
  const url = given ?? database?.url ?? ''
  await admin(url, sql => sql.unsafe(`drop database if exists ${TEMPLATE} with (force)`))
  await admin(url, sql => sql.unsafe(`create database ${TEMPLATE}`))
  await migrateDatabase(at(url, TEMPLATE))
  return { database, url, directory }
}

/**
 * The run's end is the server's, however the run ends: a test process may be killed, and then says nothing. So a
 * process that belongs to nobody waits for that, ends the server and removes what is left of it.
 */
function removeAfterRun(directory: string): void {
  const [server = ''] = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')
  const wait = `while kill -0 ${process.pid}; do sleep 1; done; kill -QUIT ${Number(server)}; sleep 1; rm -rf '${directory}'`
  spawnSync('sh', ['-c', `( ${wait} ) </dev/null >/dev/null 2>&1 &`], { stdio: 'ignore' })
}

/** A database of its own, migrated. Returns its URL. */
export async function freshDatabase(): Promise<string> {
  server ??= start()
  const { url } = await server
  const name = `test_${process.pid}_${++made}`
  await admin(url, sql => sql.unsafe(`create database ${name} template ${TEMPLATE}`))
  return at(url, name)
}

/** A copy of a database as it is now, to which nobody is connected. Returns its URL. */
export async function copyDatabase(url: string): Promise<string> {
  const name = `test_${process.pid}_${++made}`
  const original = new URL(url).pathname.slice(1)
  await admin(at(url, 'postgres'), sql => sql.unsafe(`create database ${name} template ${original}`))
  return at(url, name)
}

async function admin<T>(url: string, run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await run(sql)
  } finally {
    await sql.end()
  }
}

function at(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.toString()
}
