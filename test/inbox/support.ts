import type { LagoInvoiceId, PayableKey } from '../../src/core/ids.ts'
import { payableKey } from '../../src/core/ids.ts'
import { connect, databaseNow, type Sql } from '../../src/db/connection.ts'
import { DatabaseTime } from '../../src/time.ts'
import { freshDatabase } from '../support/database.ts'

export type Bench = { sql: Sql; time: DatabaseTime; url: string; end(): Promise<void> }

/** A migrated database, with nothing running on it. */
export async function startBench(): Promise<Bench> {
  const url = await freshDatabase()
  const sql = connect(url, { max: 8 })
  return { sql, url, time: new DatabaseTime(await databaseNow(sql)), end: () => sql.end({ timeout: 1 }) }
}

export const newKey = (): PayableKey => payableKey.invoice(crypto.randomUUID() as LagoInvoiceId)

/** Payables that are due now. */
export async function duePayables(
  { sql, time }: Bench,
  count: number,
  urgent = false,
): Promise<PayableKey[]> {
  const keys = Array.from({ length: count }, newKey)
  await sql`
    insert into payables (key, kind, pay_token, due_at, urgent, created_at, updated_at)
    select key, 'invoice', key, ${time.now()}, ${urgent}, ${time.now()}, ${time.now()} from unnest(${keys}::text[]) as key`
  return keys
}

export type LeaseRow = {
  key: string
  due_at: Date | null
  lease_until: Date | null
  lease_token: number | null
}

export async function leaseOf({ sql }: Bench, key: string): Promise<LeaseRow | undefined> {
  const [row] = await sql<
    LeaseRow[]
  >`select key, due_at, lease_until, lease_token from payables where key = ${key}`
  return row
}
