import type { Arena } from './arena.ts'

/** Everything that an outsider could have changed: what is in every table, and the calls made outside. */
export async function footprint({ sql, calls }: Arena): Promise<string> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`
  const sums: string[] = []
  for (const { name } of tables) {
    // Budgets move with every call, and those are counted; marks are the sweep's own notes.
    if (name === 'budgets' || name === 'marks') continue
    const [row] = await sql<{ rows: number; sum: string | null }[]>`
      select count(*)::int as rows, sum(hashtextextended(t::text, 0))::text as sum from ${sql(name)} t`
    sums.push(`${name}: ${row?.rows} rows, ${row?.sum}`)
  }
  return [...sums, `calls: ${calls()}`].join('\n')
}

/** Puts every payable to sleep, so that whatever moves afterwards was moved from outside. */
export const freeze = ({ sql }: Arena) => sql`update payables set due_at = null, urgent = false`
