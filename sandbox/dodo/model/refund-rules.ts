import { ApiError } from '../api-error.ts'
import { display } from '../currencies.ts'
import type { Line, PaymentRow } from '../state.ts'
import type { World } from '../world.ts'

export interface RefundItem {
  item_id: string
  amount?: number | null | undefined
  /** Whether `amount` contains its tax share. */
  tax_inclusive: boolean
}

const DAY = 86_400_000

/** Whether this payment can give anything back at all. */
export function checkRefundable(world: World, { payment, lines }: PaymentRow): void {
  if (payment.status !== 'succeeded') {
    throw new ApiError('PAYMENT_NOT_SUCCEEDED', 'Only a succeeded payment can be refunded')
  }
  if (payment.total_amount === 0) {
    throw new ApiError('ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED', 'A zero amount payment cannot be refunded')
  }
  if (payment.refunds.some(({ status }) => status === 'pending' || status === 'review')) {
    throw new ApiError(
      'EXISTING_REFUND_REQUEST_PROCESSING',
      'Another refund of this payment is being processed',
    )
  }
  if (lines.every(line => line.refunded >= line.gross)) {
    throw new ApiError('PAYMENT_ALREADY_REFUNDED', 'This payment has been refunded already')
  }
  const days = world.options.refundWindowDays
  if (world.clock.now().getTime() - Date.parse(payment.created_at) > days * DAY) {
    throw new ApiError('REFUND_WINDOW_EXPIRED', `Payments can be refunded within ${days} days`)
  }
}

/** How much each line gives back, tax included. Without items: all that is left. */
export function refundShares(
  world: World,
  { payment, lines }: PaymentRow,
  items: RefundItem[] | null,
): { line: Line; amount: number }[] {
  if (items === null) {
    return lines
      .map(line => ({ line, amount: line.gross - line.refunded }))
      .filter(({ amount }) => amount > 0)
  }
  if (items.length === 0) throw new ApiError('INVALID_REQUEST_BODY', 'Invalid request body: items is empty')
  if (new Set(items.map(item => item.item_id)).size < items.length) {
    throw new ApiError('DUPLICATE_LINE_ITEMS_IN_REQUEST', 'An item appears twice in the request')
  }
  const shares = items.map(item => share(lines, item, payment.total_amount, payment.currency))
  const total = shares.reduce((sum, { amount }) => sum + amount, 0)
  const method = payment.payment_method_type ?? ''
  if (total < payment.total_amount && world.options.fullRefundOnly.includes(method)) {
    throw new ApiError('PARTIAL_REFUND_NOT_ALLOWED', `Payments by ${method} can be refunded in full only`)
  }
  return shares
}

function share(
  lines: Line[],
  item: RefundItem,
  paid: number,
  currency: string,
): { line: Line; amount: number } {
  const line = lines.find(({ productId }) => productId === item.item_id)
  if (!line) throw new ApiError('LINE_ITEM_NOT_FOUND', `The payment has no item ${item.item_id}`)
  const left = line.gross - line.refunded
  if (left === 0)
    throw new ApiError('LINE_ITEM_FULLY_REFUNDED', `Item ${item.item_id} has been refunded already`)
  if (item.amount === null || item.amount === undefined) return { line, amount: left }
  if (item.amount <= 0) {
    throw new ApiError('LINE_ITEM_REFUND_AMOUNT_TOO_LOW', 'A refund must be more than nothing')
  }
  const net = line.gross - line.tax
  const amount =
    item.tax_inclusive || net === 0 ? item.amount : item.amount + Math.round((item.amount * line.tax) / net)
  if (amount > paid) {
    throw new ApiError('REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT', `Only ${display(paid, currency)} was paid`)
  }
  if (amount > left) {
    throw new ApiError(
      'LINE_ITEM_REFUND_AMOUNT_TOO_HIGH',
      `Only ${display(left, currency)} is left to refund`,
    )
  }
  return { line, amount }
}
