import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'

/** One migration at a time, however many replicas start together. The number is arbitrary but fixed. */
const MIGRATION_LOCK = 5_017_062_026

/** The folder as it lies in the sources, beside the bundle, and beside the compiled executable. */
function migrationsFolder(): string {
  const places = [
    fileURLToPath(new URL('../../drizzle', import.meta.url)),
    fileURLToPath(new URL('drizzle', import.meta.url)),
    join(dirname(process.execPath), 'drizzle'),
  ]
  const found = places.find(place => existsSync(join(place, 'meta/_journal.json')))
  if (found === undefined) throw new Error(`the migrations are in none of ${places.join(', ')}`)
  return found
}

/** Brings the database up to this version. Migrations only add, so that an older replica keeps running. */
export async function migrateDatabase(url: string, folder = migrationsFolder()) {
  // Drizzle changes the serializers of the client it is given, so it gets one of its own.
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`
    await migrate(drizzle(sql), { migrationsFolder: folder })
  } finally {
    await sql.end()
  }
}

/** How many migrations the database has; compared with the code's own by the readiness check. */
export async function appliedMigrations(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<
    { count: number }[]
  >`select count(*)::int as count from drizzle.__drizzle_migrations`
  return row?.count ?? 0
}
