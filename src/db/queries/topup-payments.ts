import type { Sql } from '../connection.ts'
import { type After, type Page, pageOf } from './page.ts'

export type TopupPaymentRow = {
  paymentId: string
  provider: string
  topupId: string
  userId: string
  providerSessionId: string
  providerPaymentId: string
  credits: number
  amountMinor: number
  currency: string
  status: string
  reason: string
  refundStatus: string
  refundedMinor: number
  checkoutUrl: string
  note: string
  productId: string
  expiresAt: Date | null
  createdAt: Date
  updatedAt: Date
}

const columns = (sql: Sql) => sql`
  payment_id as "paymentId", provider, topup_id as "topupId", user_id as "userId",
  provider_session_id as "providerSessionId", provider_payment_id as "providerPaymentId", credits,
  amount_minor as "amountMinor", currency, status, reason, refund_status as "refundStatus",
  refunded_minor as "refundedMinor", checkout_url as "checkoutUrl", note, product_id as "productId",
  expires_at as "expiresAt", created_at as "createdAt", updated_at as "updatedAt"`

export async function getTopupPayment(sql: Sql, paymentId: string): Promise<TopupPaymentRow | null> {
  const [row] = await sql<TopupPaymentRow[]>`
    select ${columns(sql)} from topup_payments where payment_id = ${paymentId}`
  return row ?? null
}

/** The payment that a result page is about, by the token in its address. */
export async function topupPaymentByToken(
  sql: Sql,
  token: string,
): Promise<(TopupPaymentRow & { payableKey: string }) | null> {
  const [row] = await sql<(TopupPaymentRow & { payableKey: string })[]>`
    select ${columns(sql)}, payable_key as "payableKey" from topup_payments
    where payable_key = (select key from payables where pay_token = ${token} and kind = 'topup')`
  return row ?? null
}

type Filter = { userId: string | null; status: string | null; provider: string | null }

/** Payments, the last changed first. */
export async function listTopupPayments(
  sql: Sql,
  { userId, status, provider }: Filter,
  { limit, after }: { limit: number; after: After },
): Promise<Page<TopupPaymentRow>> {
  const rows = await sql<TopupPaymentRow[]>`
    select ${columns(sql)} from topup_payments
    where ${userId === null ? sql`true` : sql`user_id = ${userId}`}
      and ${status === null ? sql`true` : sql`status = ${status}`}
      and ${provider === null ? sql`true` : sql`provider = ${provider}`}
      and ${after ? sql`(updated_at < ${after.at} or (updated_at = ${after.at} and payment_id > ${after.id}))` : sql`true`}
    order by updated_at desc, payment_id limit ${limit + 1}`
  return pageOf(
    rows,
    limit,
    r => ({ at: r.updatedAt, id: r.paymentId }),
    row => row,
  )
}
