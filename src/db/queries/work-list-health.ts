import type { Sql } from '../connection.ts'

/** Since when the longest due payable waits, how many wait for a person, and how many notices were given up. */
export async function workListHealth(
  sql: Sql,
  now: Date,
): Promise<{ oldestDue: Date | null; parked: number; notices: number }> {
  const [row] = await sql<{ oldestDue: Date | null; parked: number; notices: number }[]>`
    select
      (select min(due_at) from payables where due_at <= ${now} and (lease_until is null or lease_until <= ${now})) as "oldestDue",
      (select count(*)::int from payables where attention <> '[]'::jsonb) as parked,
      (select count(*)::int from notices where sent_at is null and due_at is null and attempts > 0) as notices`
  return row ?? { oldestDue: null, parked: 0, notices: 0 }
}
