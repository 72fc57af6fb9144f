import type { Metadata } from 'dodopayments/resources/misc'
import type { RefundListItem } from 'dodopayments/resources/payments'
import type { Refund } from 'dodopayments/resources/refunds'
import { ApiError, notFound } from '../api-error.ts'
import type { RefundScript } from '../scripts.ts'
import type { Line, PaymentRow, RefundRow } from '../state.ts'
import { emit, later, now, type World } from '../world.ts'
import { checkRefundable, type RefundItem, refundShares } from './refund-rules.ts'

export interface NewRefund {
  /** Missing: all that is left. */
  items?: RefundItem[] | null | undefined
  reason?: string | null | undefined
  metadata?: Metadata | null | undefined
}

export async function createRefund(
  world: World,
  payment: PaymentRow,
  input: NewRefund,
  script: RefundScript = world.refunds.next(payment.payment.payment_id),
): Promise<RefundRow> {
  checkRefundable(world, payment)
  const shares = refundShares(world, payment, input.items ?? null)
  const amount = shares.reduce((sum, share) => sum + share.amount, 0)
  const { payment_id, customer, currency, total_amount } = payment.payment
  const refund: Refund = {
    refund_id: world.random.id('ref_'),
    payment_id,
    business_id: world.businessId,
    brand_id: world.brandId,
    customer,
    amount,
    currency,
    is_partial: amount < total_amount,
    metadata: { ...input.metadata },
    reason: input.reason ?? null,
    status: 'pending',
    created_at: now(world),
  }
  const row = world.state.refunds.add({ refund, shares })
  payment.payment.refunds.push(listItem(refund))
  if (script.initial === 'succeeded' || script.initial === 'failed') {
    await settleRefund(world, row, script.initial)
    return row
  }
  refund.status = script.initial
  show(world, refund)
  const { final } = script
  if (final) {
    await later(world, script.afterMs ?? 1000, async () => {
      if (refund.status === script.initial) await settleRefund(world, row, final)
    })
  }
  return row
}

/** Ends a pending refund and announces it. Money is counted back only when it succeeded. */
export async function settleRefund(
  world: World,
  row: RefundRow,
  status: 'succeeded' | 'failed',
): Promise<void> {
  const { refund, shares } = row
  if (refund.status === 'succeeded' || refund.status === 'failed') {
    throw new ApiError('UNSUPPORTED_ACTION', `Refund ${refund.refund_id} is settled already`)
  }
  refund.status = status
  if (status === 'succeeded') for (const { line, amount } of shares) line.refunded += amount
  show(world, refund)
  await emit(world, `refund.${status}`, 'Refund', () => refund)
}

export function getRefund(world: World, id: string): RefundRow {
  const row = world.state.refunds.get(id)
  if (!row) throw notFound('Refund', id)
  return row
}

export function listItem(refund: Refund): RefundListItem {
  const { brand_id: _brand, customer: _customer, metadata: _metadata, ...item } = refund
  return item
}

/** Brings the payment's own view of its refunds up to date. */
function show(world: World, refund: Refund): void {
  const row = world.state.payments.get(refund.payment_id)
  if (!row) return
  const { payment, lines } = row
  payment.refunds = payment.refunds.map(item =>
    item.refund_id === refund.refund_id ? listItem(refund) : item,
  )
  const back = lines.reduce((sum: number, line: Line) => sum + line.refunded, 0)
  payment.refund_status = back === 0 ? null : back >= payment.total_amount ? 'full' : 'partial'
  payment.updated_at = now(world)
}
