import type { PayableKey } from '../../core/ids.ts'
import type { Attention } from '../../core/park.ts'
import type { Sql } from '../connection.ts'

/** A payable as a list shows it. `due` in Lago's minor unit. */
export type ListedPayable = {
  key: PayableKey
  invoice: string | null
  customer: string | null
  currency: string | null
  due: string | null
  state: string
  say: string
  attention: Attention[]
  attempts: number
  lastError: string | null
  dueAt: Date | null
  updatedAt: Date
}

const columns = (sql: Sql) => sql`
  key, invoice_number as invoice, external_customer_id as customer, currency, amount_due::text as due, state, say,
  attention, attempts, last_error as "lastError", due_at as "dueAt", updated_at as "updatedAt"`

type Filter = { parked: boolean; reason: string | null; state: string | null; limit: number }

/** The newest first. Payments of other systems are left out unless they are parked. */
export async function listPayables(sql: Sql, filter: Filter): Promise<ListedPayable[]> {
  const { parked, reason, state, limit } = filter
  return await sql<ListedPayable[]>`
    select ${columns(sql)} from payables
    where (${!parked} or attention <> '[]'::jsonb) and (kind <> 'stray' or attention <> '[]'::jsonb)
      and (${state}::text is null or state = ${state})
      and (${reason}::text is null or attention @> jsonb_build_array(jsonb_build_object('reason', ${reason}::text)))
    order by updated_at desc, key limit ${limit}`
}

export async function onePayable(sql: Sql, key: string): Promise<ListedPayable | null> {
  const [row] = await sql<ListedPayable[]>`select ${columns(sql)} from payables where key = ${key}`
  return row ?? null
}
