import { existsSync, readFileSync } from 'node:fs'
import type { Config } from '../config.ts'
import { connectPatiently, databaseNow, type Sql } from '../db/connection.ts'
import { startEmbedded } from '../db/embedded.ts'
import { createSystems, type Systems } from '../systems.ts'
import { DatabaseTime } from '../time.ts'

/** What a command works with: the database and both sides, in the routine lane so that the service goes first. */
export type Desk = {
  config: Config & { databaseUrl: string }
  sql: Sql
  time: DatabaseTime
  systems: Systems
  close(): Promise<void>
}

const DATA = '.data/postgres'

/** Opens the configured database as it is, without migrating it. */
export async function openDesk(config: Config): Promise<Desk> {
  const database = await locate(config)
  const sql = connectPatiently(database.url, { max: 4, applicationName: 'lago-dodo-bridge command' })
  try {
    const time = new DatabaseTime(await databaseNow(sql))
    const { routine } = createSystems(config, { sql, time, fetch: globalThis.fetch })
    return {
      config: { ...config, databaseUrl: database.url },
      sql,
      time,
      systems: routine,
      async close() {
        await sql.end({ timeout: 5 })
        await database.stop()
      },
    }
  } catch (error) {
    await sql.end({ timeout: 1 })
    await database.stop()
    throw error
  }
}

/** The configured database, or the embedded one: the service's own if it is running, else started for as long as needed. */
async function locate(config: Config): Promise<{ url: string; stop(): Promise<void> }> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl, stop: async () => {} }
  const port = runningPort()
  if (port !== null)
    return { url: `postgres://postgres:local@127.0.0.1:${port}/postgres`, stop: async () => {} }
  return startEmbedded({ directory: DATA, persistent: true })
}

/** Postgres writes its port into the fourth line of its pid file. Source: PostgreSQL, `postmaster.pid`. */
function runningPort(): number | null {
  const file = `${DATA}/postmaster.pid`
  if (!existsSync(file)) return null
  const lines = readFileSync(file, 'utf8').split('\n')
  try {
    process.kill(Number(lines[0]), 0)
  } catch (error) {
    if ((error as { code?: string }).code === 'ESRCH') return null
  }
  return Number(lines[3]) || null
}
