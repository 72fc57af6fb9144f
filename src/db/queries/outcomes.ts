import type { PayableKey } from '../../core/ids.ts'
import type { Attention } from '../../core/park.ts'
import type { Sql } from '../connection.ts'

/** How a payable stands, for a person. */
export type Standing = {
  key: PayableKey
  state: string
  say: string
  attention: Attention[]
  attempts: number
  lastError: string | null
}

export async function standings(sql: Sql, keys: readonly string[]): Promise<Map<PayableKey, Standing>> {
  const rows = await sql<Standing[]>`
    select key, state, say, attention, attempts, last_error as "lastError" from payables where key = any(${[...keys]})`
  return new Map(rows.map(row => [row.key, row]))
}

/** The payable of each of these payments, refunds and disputes that is known by now. */
export async function ownersOf(sql: Sql, ids: readonly string[]): Promise<Map<string, PayableKey>> {
  const wanted = [...ids]
  const rows = await sql<{ id: string; key: PayableKey }[]>`
    select id, payable_key as key from payments where id = any(${wanted})
    union all select id, payable_key from refunds where id = any(${wanted})
    union all select id, payable_key from disputes where id = any(${wanted})`
  return new Map(rows.map(row => [row.id, row.key]))
}
