import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { Sql } from '../../../src/db/connection.ts'
import { startEmbedded } from '../../../src/db/embedded.ts'
import { migrateDatabase } from '../../../src/db/migrate.ts'

/** Emptying the tables makes and removes a hundred files: in memory that takes a tenth of the time. */
const SHARED_MEMORY = '/dev/shm'

export type SimulationDatabase = { sql: Sql; empty(): Promise<void>; close(): Promise<void> }

/**
 * One migrated database for all seeds. One connection, plans that do not depend on what was there before, and no
 * vacuum of its own accord: the same statements give the same rows in the same order.
 */
export async function openDatabase(): Promise<SimulationDatabase> {
  const directory = await mkdtemp(join(existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir(), 'simulation-'))
  const server = await startEmbedded({
    directory,
    persistent: false,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' },
  })
  await migrateDatabase(server.url)
  const sql = postgres(server.url, {
    max: 1,
    onnotice: () => {},
    connection: { plan_cache_mode: 'force_generic_plan' },
    types: {
      int8: { to: 20, from: [20], parse: Number, serialize: (value: number | bigint) => value.toString() },
    },
  })
  const tables = await sql<{ name: string }[]>`
    select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`
  const names = tables.map(({ name }) => name)
  return {
    sql,
    async empty() {
      await sql.unsafe(`truncate ${names.join(', ')} restart identity; alter sequence lease_tokens restart`)
    },
    async close() {
      await sql.end()
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
