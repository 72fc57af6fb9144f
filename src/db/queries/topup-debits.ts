import type { Sql } from '../connection.ts'

/** `debited` and `shortfall` are null until it is known what could be taken. */
export type DebitRow = { startedAt: Date; isNew: boolean; debited: bigint | null; shortfall: bigint | null }

type NewDebit = { key: string; topupId: string; credits: bigint; note: string }

/** Writes down that credits are to be taken back, once for each key; tells what is known of it already. */
export async function beginDebit(sql: Sql, debit: NewDebit, now: Date): Promise<DebitRow> {
  const [row] = await sql<
    { startedAt: Date; isNew: boolean; debited: string | null; shortfall: string | null }[]
  >`
    insert into topup_debits as d (key, topup_id, credits, note, started_at)
    values (${debit.key}, ${debit.topupId}, ${debit.credits.toString()}::bigint, ${debit.note}, ${now})
    on conflict (key) do update set key = d.key
    returning started_at as "startedAt", xmax = 0 as "isNew", debited::text, shortfall::text`
  if (!row) throw new Error(`debit ${debit.key} could not be written down`)
  return {
    startedAt: row.startedAt,
    isNew: row.isNew,
    debited: row.debited === null ? null : BigInt(row.debited),
    shortfall: row.shortfall === null ? null : BigInt(row.shortfall),
  }
}

/** Another attempt is about to be made: what was not found by now never happened. */
export async function restartDebit(sql: Sql, key: string, now: Date): Promise<void> {
  await sql`update topup_debits set started_at = ${now} where key = ${key} and ended_at is null`
}

export async function endDebit(
  sql: Sql,
  key: string,
  { debited, shortfall }: { debited: bigint; shortfall: bigint },
  now: Date,
): Promise<void> {
  await sql`
    update topup_debits set debited = ${debited.toString()}::bigint, shortfall = ${shortfall.toString()}::bigint, ended_at = ${now}
    where key = ${key} and ended_at is null`
}
