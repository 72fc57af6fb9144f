import type { Sql } from '../connection.ts'
import { storableJson, storableText } from '../storable.ts'
import { type After, numberOf, type Page, pageOf } from './page.ts'

export type LedgerMove = {
  /** Makes it happen once. */
  id: string
  kind: string
  userId: string
  /** Positive: to the user. */
  delta: bigint
  /** The system account on the other side. */
  against: string
  note: string
  ref: string
  meta: unknown
}

const account = (userId: string): string => `user:${userId}`

/** Opens the user's account if there is none yet. */
export async function openAccount(sql: Sql, userId: string, now: Date): Promise<void> {
  await sql`
    insert into ledger_accounts (id, created_at, updated_at) values (${account(userId)}, ${now}, ${now})
    on conflict do nothing`
}

/**
 * Moves credits between a user and a system account: the transaction, its two entries and the balance in one
 * statement. Moves nothing if it was moved before; takes at most what is there if `atMostAll`. Returns what it moved,
 * now or then.
 */
export async function moveCredits(
  sql: Sql,
  move: LedgerMove,
  atMostAll: boolean,
  now: Date,
): Promise<bigint> {
  return await sql.begin(async tx => {
    await tx`
      insert into ledger_accounts (id, created_at, updated_at)
      values (${account(move.userId)}, ${now}, ${now}), (${move.against}, ${now}, ${now}) on conflict do nothing`
    const [held] = await tx<{ balance: string }[]>`
      select balance::text from ledger_accounts where id = ${account(move.userId)} for update`
    const [before] = await tx<{ delta: string }[]>`
      select delta::text from ledger_entries where transaction_id = ${move.id} and account_id = ${account(move.userId)}`
    if (before) return BigInt(before.delta)
    const balance = BigInt(held?.balance ?? '0')
    const least = balance > 0n ? -balance : 0n
    const delta = atMostAll && move.delta < least ? least : move.delta
    if (delta === 0n) return 0n
    await tx`
      insert into ledger_transactions (id, kind, note, ref, meta, created_at)
      values (${move.id}, ${move.kind}, ${storableText(move.note)}, ${storableText(move.ref)}, ${storableJson(move.meta)}::text::jsonb, ${now})`
    await tx`
      insert into ledger_entries (transaction_id, account_id, delta, balance_after, created_at)
      values (${move.id}, ${account(move.userId)}, ${delta.toString()}::bigint, ${(balance + delta).toString()}::bigint, ${now}),
             (${move.id}, ${move.against}, ${(-delta).toString()}::bigint, null, ${now})`
    await tx`
      update ledger_accounts set balance = balance + ${delta.toString()}::bigint, updated_at = ${now}
      where id = ${account(move.userId)}`
    // In the same transaction, so that credits and the top-up that gave them are never seen apart.
    if (move.kind === 'topup')
      await tx`
        update topups set status = 'paid', busy_until = null, updated_at = ${now}
        where topup_id = ${move.id.slice('topup:'.length)} and status = 'processing'`
    return delta
  })
}

export type AccountRow = { credits: bigint; createdAt: Date; updatedAt: Date }

export async function readAccount(sql: Sql, userId: string): Promise<AccountRow | null> {
  const [row] = await sql<{ credits: string; createdAt: Date; updatedAt: Date }[]>`
    select balance::text as credits, created_at as "createdAt", updated_at as "updatedAt"
    from ledger_accounts where id = ${account(userId)}`
  return row ? { ...row, credits: BigInt(row.credits) } : null
}

export type EntryRow = {
  id: string
  kind: string
  delta: bigint
  after: bigint
  note: string
  ref: string
  meta: Readonly<Record<string, unknown>>
  at: Date
}

/** The user's entries, newest first. */
export async function listEntries(
  sql: Sql,
  userId: string,
  { limit, after }: { limit: number; after: After },
): Promise<Page<EntryRow>> {
  type Raw = Omit<EntryRow, 'delta' | 'after'> & { delta: string; after: string; number: number }
  const rows = await sql<Raw[]>`
    select e.id as number, t.id, t.kind, e.delta::text, e.balance_after::text as after, t.note, t.ref, t.meta, e.created_at as at
    from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
    where e.account_id = ${account(userId)} and ${after ? sql`e.id < ${numberOf(after.id)}` : sql`true`}
    order by e.id desc limit ${limit + 1}`
  return pageOf(
    rows,
    limit,
    r => ({ at: r.at, id: String(r.number) }),
    ({ number: _, ...r }) => ({ ...r, delta: BigInt(r.delta), after: BigInt(r.after) }),
  )
}
