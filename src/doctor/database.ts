import type { Sql } from '../db/connection.ts'
import { appliedMigrations } from '../db/migrate.ts'
import { workListHealth } from '../db/queries/work-list-health.ts'
import { type Finding, hint, ok, wrong } from './finding.ts'

const OLDEST_MAJOR = 14
/** A clock this far off does no harm, but logs of different machines cannot be laid beside each other. */
const CLOCK_MS = 5_000
/** Work that is due for so long is worked on by nobody. */
const LATE_MS = 5 * 60_000

export async function lookAtDatabase(sql: Sql): Promise<Finding[]> {
  const [row] = await sql<{ version: string; major: number; now: Date }[]>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major,
      clock_timestamp() as now`
  if (!row) return [wrong('database', 'it gives no answer', 'check DATABASE_URL')]
  const apart = Math.abs(row.now.getTime() - Date.now())
  return [
    row.major >= OLDEST_MAJOR
      ? ok('database', `Postgres ${row.version}`)
      : wrong('database', `Postgres ${row.version}`, `use Postgres ${OLDEST_MAJOR} or newer`),
    ...(apart > CLOCK_MS
      ? [hint('clock', `${Math.round(apart / 1000)} s apart from the database's`, 'the database decides')]
      : []),
    ...(await lookAtWork(sql, row.now)),
  ]
}

async function lookAtWork(sql: Sql, now: Date): Promise<Finding[]> {
  try {
    if ((await appliedMigrations(sql)) === 0) throw new Error('no migration was applied')
  } catch {
    return [hint('migrations', 'the database is empty', 'start the service once: it sets it up')]
  }
  const { oldestDue, parked, notices } = await workListHealth(sql, now)
  const late = oldestDue === null ? 0 : now.getTime() - oldestDue.getTime()
  return [
    late > LATE_MS
      ? wrong(
          'work list',
          `something is due since ${oldestDue?.toISOString()}`,
          'is the service running? Read its log',
        )
      : ok('work list', 'nothing is late'),
    parked > 0
      ? hint('parked', `${parked} wait for a person`, 'bun run payables list --parked')
      : ok('parked', 'nothing waits for a person'),
    ...(notices > 0
      ? [hint('notices', `${notices} were given up`, 'check NOTIFY_URL and the log of its receiver')]
      : []),
  ]
}
