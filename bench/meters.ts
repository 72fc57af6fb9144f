import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'

/** What the service's statements came to since the last `reset`, as `pg_stat_statements` counted them. */
export type Statements = {
  calls: number
  walBytes: number
  slowest: { query: string; calls: number; ms: number }[]
}

/** Asks the database about its work, without being counted itself. */
export class DatabaseMeter {
  private constructor(readonly sql: postgres.Sql) {}

  static async open(url: string): Promise<DatabaseMeter> {
    const connection = { 'pg_stat_statements.track': 'none', application_name: 'bench' }
    const sql = postgres(url, { max: 1, onnotice: () => {}, connection })
    await sql`create extension if not exists pg_stat_statements`
    return new DatabaseMeter(sql)
  }

  /** What a statement counted, as `n`. */
  async count(counting: Promise<readonly { n: number }[]>): Promise<number> {
    return (await counting)[0]?.n ?? 0
  }

  async reset(): Promise<void> {
    await this.sql`select pg_stat_statements_reset()`
  }

  async statements(): Promise<Statements> {
    const [sum] = await this.sql<{ calls: string; wal: string }[]>`
      select coalesce(sum(calls), 0)::text as calls, coalesce(sum(wal_bytes), 0)::text as wal from pg_stat_statements`
    const slowest = await this.sql<{ query: string; calls: number; ms: number }[]>`
      select left(regexp_replace(query, '\s+', ' ', 'g'), 90) as query, calls::int, total_exec_time + total_plan_time as ms
      from pg_stat_statements order by total_exec_time + total_plan_time desc limit 12`
    return { calls: Number(sum?.calls), walBytes: Number(sum?.wal), slowest: [...slowest] }
  }

  end(): Promise<void> {
    return this.sql.end()
  }
}

const TICKS_PER_SECOND = 100

/** Processor time of processes and of the children they waited for, in seconds. Source: proc(5). */
export async function processorSeconds(pids: readonly number[]): Promise<number> {
  const all = await Promise.all(pids.map(ticksOf))
  return all.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND
}

async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat === null) return 0
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
}

/** A process and the children it has now. */
async function familyOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`)
  const lists = await Promise.all(
    threads.map(thread => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  )
  return [pid, ...lists.flatMap(list => list.split(' ').filter(Boolean).map(Number))]
}

/** Processor time of the Postgres in this folder, in seconds. */
export async function postgresSeconds(directory: string): Promise<number> {
  const [postmaster] = (await readFile(join(directory, 'postmaster.pid'), 'utf8')).split('\n')
  return processorSeconds(await familyOf(Number(postmaster)))
}

/** Resident memory of a process, in megabytes. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}
