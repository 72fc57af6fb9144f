import type { Sql } from '../connection.ts'
import { storableJson, storableText } from '../storable.ts'
import { type After, type Page, pageOf } from './page.ts'

export type TopupRow = {
  topupId: string
  userId: string
  credits: bigint
  usdCents: bigint
  status: string
  note: string
  ref: string
  meta: Readonly<Record<string, unknown>>
  creditedFor: string | null
  lagoWalletTransactionId: string | null
  mintingSince: Date | null
  createdAt: Date
  updatedAt: Date
}

const columns = (sql: Sql) => sql`
  topup_id as "topupId", user_id as "userId", credits::text, usd_cents::text as "usdCents", status, note, ref, meta,
  credited_for as "creditedFor", lago_wallet_transaction_id as "lagoWalletTransactionId",
  minting_since as "mintingSince", created_at as "createdAt", updated_at as "updatedAt"`

type Raw = Omit<TopupRow, 'credits' | 'usdCents'> & { credits: string; usdCents: string }
const toRow = (raw: Raw): TopupRow => ({
  ...raw,
  credits: BigInt(raw.credits),
  usdCents: BigInt(raw.usdCents),
})

export type NewTopup = {
  topupId: string
  userId: string
  credits: bigint
  usdCents: bigint
  note: string
  ref: string
  meta: unknown
  balance: string
}

/** How long an unpaid top-up counts as open: as long as a checkout for it may live. */
const OPEN_MS = 24 * 60 * 60 * 1000

/** Writes a top-up down; null if its user has `maxOpen` unpaid ones already. */
export async function insertTopup(
  sql: Sql,
  topup: NewTopup,
  maxOpen: number,
  now: Date,
): Promise<TopupRow | null> {
  return await sql.begin(async tx => {
    // One creation at a time for each user, so that many at once do not all see the same count.
    await tx`select pg_advisory_xact_lock(hashtextextended(${`topups:${topup.userId}`}, 0))`
    const [row] = await tx<Raw[]>`
      insert into topups (topup_id, user_id, credits, usd_cents, note, ref, meta, balance, created_at, updated_at)
      select ${topup.topupId}, ${storableText(topup.userId)}, ${topup.credits.toString()}::bigint, ${topup.usdCents.toString()}::bigint,
             ${storableText(topup.note)}, ${storableText(topup.ref)}, ${storableJson(topup.meta)}::text::jsonb, ${topup.balance}, ${now}, ${now}
      where ${maxOpen} > (
        select count(*) from topups
        where user_id = ${topup.userId} and status = 'pending' and created_at > ${new Date(now.getTime() - OPEN_MS)})
      returning ${columns(sql)}`
    return row ? toRow(row) : null
  })
}

export async function getTopup(sql: Sql, topupId: string): Promise<TopupRow | null> {
  const [row] = await sql<Raw[]>`select ${columns(sql)} from topups where topup_id = ${topupId}`
  return row ? toRow(row) : null
}

type Filter = { userId: string | null; status: string | null; limit: number; after: After }

/** Top-ups, newest first. */
export async function listTopups(
  sql: Sql,
  { userId, status, limit, after }: Filter,
): Promise<Page<TopupRow>> {
  const rows = await sql<Raw[]>`
    select ${columns(sql)} from topups
    where ${userId === null ? sql`true` : sql`user_id = ${userId}`}
      and ${status === null ? sql`true` : sql`status = ${status}`}
      and ${after ? sql`(created_at < ${after.at} or (created_at = ${after.at} and topup_id > ${after.id}))` : sql`true`}
    order by created_at desc, topup_id limit ${limit + 1}`
  return pageOf(rows, limit, r => ({ at: r.createdAt, id: r.topupId }), toRow)
}

/**
 * Begins to credit a top-up for `ref`; null if it is paid, canceled, unknown or begun for something else. Once begun, it
 * can be credited for nothing else, and may be begun again after a crash.
 */
export async function takeTopup(sql: Sql, topupId: string, ref: string, now: Date): Promise<TopupRow | null> {
  const [row] = await sql<Raw[]>`
    update topups set status = 'processing', credited_for = ${storableText(ref)}, updated_at = ${now}
    where topup_id = ${topupId} and (status = 'pending' or (status = 'processing' and credited_for = ${ref}))
    returning ${columns(sql)}`
  return row ? toRow(row) : null
}

/** Crediting did not begin after all: unless Lago may have written something, it is free for anything again. */
export async function letGoTopup(sql: Sql, topupId: string): Promise<void> {
  await sql`
    update topups set status = 'pending', credited_for = null
    where topup_id = ${topupId} and status = 'processing' and minting_since is null and lago_wallet_transaction_id is null`
}

export async function markTopupPaid(sql: Sql, topupId: string, now: Date): Promise<TopupRow> {
  const [row] = await sql<Raw[]>`
    update topups set status = 'paid', busy_until = null, updated_at = case when status = 'paid' then updated_at else ${now} end
    where topup_id = ${topupId} and status in ('processing', 'paid')
    returning ${columns(sql)}`
  if (!row) throw new Error(`top-up ${topupId} was not being credited`)
  return toRow(row)
}

/** Only one that is pending can be canceled; null otherwise. */
export async function cancelTopup(
  sql: Sql,
  topupId: string,
  note: string | null,
  now: Date,
): Promise<TopupRow | null> {
  const [row] = await sql<Raw[]>`
    update topups set status = 'canceled', note = coalesce(${note === null ? null : storableText(note)}, note), updated_at = ${now}
    where topup_id = ${topupId} and status = 'pending'
    returning ${columns(sql)}`
  return row ? toRow(row) : null
}

/**
 * Takes the right to have Lago write the top-up's transaction; false if somebody has it until then, or if the top-up is
 * not being credited for `ref` any more.
 */
export async function beginMinting(
  sql: Sql,
  topupId: string,
  ref: string,
  until: Date,
  now: Date,
): Promise<boolean> {
  const rows = await sql`
    update topups set minting_since = ${now}, busy_until = ${until}
    where topup_id = ${topupId} and status = 'processing' and credited_for = ${ref}
      and lago_wallet_transaction_id is null and (busy_until is null or busy_until <= ${now})
    returning topup_id`
  return rows.length > 0
}

/** The call leaves only now; false if somebody else has taken the right to it since. */
export async function moveMinting(
  sql: Sql,
  topupId: string,
  since: Date,
  until: Date,
  now: Date,
): Promise<boolean> {
  const rows = await sql`
    update topups set minting_since = ${now}, busy_until = ${until}
    where topup_id = ${topupId} and lago_wallet_transaction_id is null and minting_since = ${since}
    returning topup_id`
  return rows.length > 0
}

/** Lago certainly wrote nothing. */
export async function clearMinting(sql: Sql, topupId: string): Promise<void> {
  await sql`update topups set minting_since = null, busy_until = null where topup_id = ${topupId}`
}

export async function noteMinted(
  sql: Sql,
  topupId: string,
  transactionId: string,
  invoiceId: string | null,
): Promise<void> {
  await sql`
    update topups set lago_wallet_transaction_id = ${transactionId}, lago_invoice_id = coalesce(${invoiceId}, lago_invoice_id)
    where topup_id = ${topupId}`
}

/** The top-up that a wallet transaction of Lago's belongs to, or null. */
export async function topupOfTransaction(sql: Sql, transactionId: string): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select topup_id as id from topups where lago_wallet_transaction_id = ${transactionId}`
  return row?.id ?? null
}
