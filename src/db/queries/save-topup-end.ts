import type { Digest } from '../../core/delivery.ts'
import type { PayableKey } from '../../core/ids.ts'
import type { TopupRecord } from '../../core/topup-record.ts'
import type { Sql } from '../connection.ts'
import { toDigest } from '../facts-rows.ts'
import { storableJson } from '../storable.ts'
import type { Claim } from './claim-due.ts'

/** Shows what a run found to the buyer. `settled`: the run came to its end, and may take back a call for review. */
export async function saveRecord(
  sql: Sql,
  claim: Claim,
  record: TopupRecord,
  settled: boolean,
  now: Date,
): Promise<void> {
  await sql`
    update topup_payments t set status = ${record.status}, reason = ${record.reason},
      provider_session_id = ${record.providerSessionId}, provider_payment_id = ${record.providerPaymentId},
      product_id = ${record.productId}, checkout_url = ${record.checkoutUrl}, expires_at = ${record.expiresAt},
      refund_status = ${record.refundStatus}, refunded_minor = ${record.refundedMinor.toString()}::bigint, updated_at = ${now}
    from payables p
    where t.payable_key = ${claim.key} and p.key = ${claim.key} and p.lease_token = ${claim.token}
      and (${settled} or t.status <> 'review') and (t.status <> 'paid' or ${record.status} = 'paid')
      and (t.status, t.reason, t.provider_session_id, t.provider_payment_id, t.refund_status, t.refunded_minor)
        is distinct from (${record.status}, ${record.reason}, ${record.providerSessionId}, ${record.providerPaymentId},
          ${record.refundStatus}, ${record.refundedMinor.toString()}::bigint)`
}

/** Events of a payable that were judged before and may be judged otherwise now. */
export async function unsettledEvents(sql: Sql, key: PayableKey): Promise<{ id: number; digest: Digest }[]> {
  const rows = await sql<{ id: number; digest: unknown }[]>`
    select d.id, d.digest from deliveries d join payment_events e on e.delivery_id = d.id
    where d.payable_key = ${key} and e.sync_status in ('pending', 'failed')`
  return rows.map(({ id, digest }) => ({ id, digest: toDigest(digest) }))
}

type Judged = { id: number; status: string; error: string }

export async function saveVerdicts(
  sql: Sql,
  verdicts: readonly Judged[],
  paymentId: string,
  now: Date,
): Promise<void> {
  if (verdicts.length === 0) return
  await sql`
    insert into payment_events as e (delivery_id, sync_status, sync_error, payment_id, updated_at)
    select v.id, v.status, v.error, ${paymentId}, ${now}
    from jsonb_to_recordset(${storableJson(verdicts)}::text::jsonb) as v (id bigint, status text, error text)
    on conflict (delivery_id) do update set sync_status = excluded.sync_status, sync_error = excluded.sync_error,
      updated_at = excluded.updated_at
      where e.sync_status in ('pending', 'failed') and e.sync_status <> excluded.sync_status`
}
