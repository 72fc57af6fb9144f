import type { Sql } from '../connection.ts'

/** The status of each refund among `ids` that is known. */
export async function knownRefunds(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; status: string }[]>`
    select id, status from refunds where id = any(${[...ids]})`
  return new Map(rows.map(row => [row.id, row.status]))
}

/** The status of each dispute among `ids` that is known. */
export async function knownDisputes(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; status: string }[]>`
    select id, status from disputes where id = any(${[...ids]})`
  return new Map(rows.map(row => [row.id, row.status]))
}

/**
 * Of these credit notes, those that nothing here answers yet although money came for their invoice: no refund was
 * begun for them, none of ours made them, and no person was asked or has decided.
 */
export async function unansweredNotes(
  sql: Sql,
  notes: readonly { id: string; key: string }[],
): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`
    select n.id from jsonb_to_recordset(${JSON.stringify(notes)}::text::jsonb) as n (id text, key text)
    join payables p on p.key = n.key
    where exists (select 1 from payments t where t.payable_key = n.key and t.recorded_amount > 0)
      and not exists (select 1 from intents i where i.payable_key = n.key
        and (i.key like n.id || ':%' or i.key = n.id or i.result->>'credit_note_id' = n.id))
      and not exists (select 1 from jsonb_array_elements(p.attention) a where a->>'about' = n.id)
      and not exists (select 1 from actions a where a.payable_key = n.key and a.about = n.id)`
  return new Set(rows.map(row => row.id))
}
