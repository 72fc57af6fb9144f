import type { Sql } from '../connection.ts'

/** The Dodo customer that an earlier payment of this Lago customer has shown, or null. */
export async function dodoCustomerOf(sql: Sql, externalCustomerId: string): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select dodo_customer_id as id from customers where external_customer_id = ${externalCustomerId}`
  return row?.id ?? null
}
