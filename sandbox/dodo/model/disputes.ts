import type { Dispute, DisputeStage, GetDispute } from 'dodopayments/resources/disputes'
import { notFound } from '../api-error.ts'
import type { PaymentRow } from '../state.ts'
import { emit, now, type World } from '../world.ts'

export interface NewDispute {
  /** Minor units; default the whole payment. */
  amount?: number | undefined
  stage?: DisputeStage | undefined
  reason?: string | undefined
  /** Rapid Dispute Resolution: lost at once, the money is gone, no refund is made. */
  rdr?: boolean | undefined
}

export type DisputeOutcome = 'expired' | 'accepted' | 'cancelled' | 'challenged' | 'won' | 'lost'

export async function openDispute(
  world: World,
  { payment }: PaymentRow,
  input: NewDispute = {},
): Promise<GetDispute> {
  const dispute: GetDispute = {
    dispute_id: world.random.id('dp_'),
    payment_id: payment.payment_id,
    business_id: world.businessId,
    brand_id: world.brandId,
    customer: payment.customer,
    amount: String(input.amount ?? payment.total_amount),
    currency: payment.currency,
    created_at: now(world),
    dispute_stage: input.stage ?? 'dispute',
    dispute_status: 'dispute_opened',
    payment_provider: 'dodo',
    is_resolved_by_rdr: false,
    reason: input.reason ?? null,
    remarks: null,
  }
  world.state.disputes.add(dispute)
  payment.disputes.push(plain(dispute))
  if (input.rdr) await resolveDispute(world, dispute, 'lost', { rdr: true })
  else await emit(world, 'dispute.opened', 'Dispute', () => dispute)
  return dispute
}

export async function resolveDispute(
  world: World,
  dispute: GetDispute,
  outcome: DisputeOutcome,
  { rdr = false, remarks }: { rdr?: boolean; remarks?: string } = {},
): Promise<void> {
  dispute.dispute_status = `dispute_${outcome}`
  dispute.is_resolved_by_rdr = rdr
  if (remarks !== undefined) dispute.remarks = remarks
  const row = world.state.payments.get(dispute.payment_id)
  if (row) {
    row.payment.disputes = row.payment.disputes.map(other =>
      other.dispute_id === dispute.dispute_id ? plain(dispute) : other,
    )
  }
  await emit(world, `dispute.${outcome}`, 'Dispute', () => dispute)
}

export function getDispute(world: World, id: string): GetDispute {
  const dispute = world.state.disputes.get(id)
  if (!dispute) throw notFound('Dispute', id)
  return dispute
}

function plain({
  brand_id: _b,
  customer: _c,
  payment_provider: _p,
  reason: _r,
  ...dispute
}: GetDispute): Dispute {
  return dispute
}
