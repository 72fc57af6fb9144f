import type { Sql } from '../connection.ts'
import { storableJson } from '../storable.ts'

/** A small value that all replicas share, such as how far a sweep has come; null if it was never set. */
export async function readMark<T>(sql: Sql, name: string): Promise<{ value: T; at: Date } | null> {
  const [row] = await sql<{ value: T; at: Date }[]>`select value, at from marks where name = ${name}`
  return row ?? null
}

export async function writeMark(sql: Sql, name: string, value: unknown, at: Date): Promise<void> {
  await sql`
    insert into marks (name, value, at) values (${name}, ${storableJson(value)}::text::jsonb, ${at})
    on conflict (name) do update set value = excluded.value, at = excluded.at`
}
