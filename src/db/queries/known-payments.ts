import type { DodoPaymentId, PayableKey } from '../../core/ids.ts'
import type { Sql } from '../connection.ts'

/** What the database holds of a Dodo payment. Amounts in Lago's minor unit. */
export type KnownPayment = {
  id: DodoPaymentId
  payableKey: PayableKey
  invoiceNumber: string | null
  status: string | null
  amount: bigint
  tax: bigint
  currency: string
  setup: boolean
  recorded: bigint
  /** Refunds that went out, or may yet. */
  refunded: bigint
  /** It waits for a person, or a person has decided about it. */
  decided: boolean
  stuck: boolean
}

type Row = Omit<KnownPayment, 'amount' | 'tax' | 'recorded' | 'refunded'> &
  Record<'amount' | 'tax' | 'recorded' | 'refunded', string>

/** The payments among `ids` that are known. */
export async function knownPayments(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<DodoPaymentId, KnownPayment>> {
  const rows = await sql<Row[]>`
    select t.id, t.payable_key as "payableKey", p.invoice_number as "invoiceNumber", t.status, t.currency, t.setup,
      t.amount::text as amount, t.tax::text as tax, t.recorded_amount::text as recorded,
      (select coalesce(sum(r.amount), 0)::text from refunds r where r.payment_id = t.id and r.status <> 'failed') as refunded,
      (exists (select 1 from jsonb_array_elements(p.attention) a where a->>'about' = t.id)
        or exists (select 1 from actions a where a.payable_key = t.payable_key and a.about = t.id)) as decided,
      exists (select 1 from jsonb_array_elements(p.attention) a where a->>'reason' = 'stuck') as stuck
    from payments t join payables p on p.key = t.payable_key
    where t.id = any(${[...ids]})`
  return new Map(
    rows.map(r => [
      r.id,
      {
        ...r,
        amount: BigInt(r.amount),
        tax: BigInt(r.tax),
        recorded: BigInt(r.recorded),
        refunded: BigInt(r.refunded),
      },
    ]),
  )
}

/** Payments that were looked into and belong to no payable here. */
export async function foreignPayments(sql: Sql, ids: readonly string[]): Promise<Set<string>> {
  const keys = ids.map(id => `stray:${id}`)
  const rows = await sql<{ id: string }[]>`
    select substr(p.key, 7) as id from payables p
    where p.key = any(${keys}) and p.state = 'closed'
      and not exists (select 1 from payments t where t.id = substr(p.key, 7))`
  return new Set(rows.map(row => row.id))
}
