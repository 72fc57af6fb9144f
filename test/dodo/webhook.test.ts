import { describe, expect, test } from 'bun:test'
import { NotAWebhook } from '../../src/core/delivery.ts'
import { readDodoWebhook } from '../../src/dodo/webhook.ts'

const NOW = new Date('2026-08-01T12:00:00.000Z')
const INVOICE = '22222222-2222-4222-8222-222222222222'
const headers = new Headers({ 'webhook-id': 'msg_1', 'webhook-timestamp': '1785585600' })

const read = (type: string, data: unknown, timestamp = '2026-08-01T11:59:00.000Z') =>
  readDodoWebhook(headers, Buffer.from(JSON.stringify({ business_id: 'bus_1', type, timestamp, data })), NOW)

const payment = {
  payload_type: 'Payment',
  payment_id: 'pay_1',
  status: 'succeeded',
  total_amount: 1440,
  tax: 240,
  currency: 'USD',
  checkout_session_id: 'cks_1',
  created_at: '2026-08-01T11:58:00.000Z',
  metadata: { lago_invoice_id: INVOICE },
}
const refund = {
  payload_type: 'Refund',
  refund_id: 'ref_1',
  payment_id: 'pay_1',
  status: 'succeeded',
  amount: 500,
  currency: 'USD',
  created_at: '2026-08-01T11:58:00.000Z',
}
const dispute = {
  payload_type: 'Dispute',
  dispute_id: 'dp_1',
  payment_id: 'pay_1',
  amount: '1440',
  currency: 'USD',
  dispute_stage: 'dispute',
  dispute_status: 'dispute_opened',
  created_at: '2026-08-01T11:58:00.000Z',
}

describe('a webhook of Dodo', () => {
  test('about a payment names its invoice, its session and what came', () => {
    expect(read('payment.succeeded', payment)).toMatchObject({
      dedupeKey: 'dodo:msg_1',
      claimedKey: `invoice:${INVOICE}`,
      sessionId: 'cks_1',
      urgent: true,
      digest: { payments: [{ id: 'pay_1', amount: 1440n, tax: 240n, status: 'succeeded' }] },
    })
  })

  test('tells the state in its body, whatever its type says', () => {
    const { digest } = read('payment.processing', payment)
    expect(digest.payments?.[0]?.status).toBe('succeeded')
  })

  test.each(['refund.succeeded', 'refund.failed', 'payment.refunded'])('%s is about a refund', type => {
    const { digest, claimedKey, paymentId } = read(type, refund)
    expect({ claimedKey, paymentId }).toEqual({ claimedKey: 'stray:pay_1', paymentId: 'pay_1' })
    expect(digest.refunds).toMatchObject([{ id: 'ref_1', amount: 500n }])
  })

  test.each(['opened', 'expired', 'accepted', 'cancelled', 'challenged', 'won', 'lost'])(
    'dispute.%s is kept with its stage',
    event => {
      const { digest } = read(`dispute.${event}`, { ...dispute, dispute_status: `dispute_${event}` })
      expect(digest.disputes).toMatchObject([{ stage: 'dispute', status: `dispute_${event}`, amount: 1440n }])
    },
  )

  test('whose amount is a number, as some examples have it, is understood', () => {
    expect(read('dispute.opened', { ...dispute, amount: 1440 }).digest.disputes?.[0]?.amount).toBe(1440n)
  })

  test('that does not say enough has its payment read', () => {
    expect(read('refund.succeeded', { refund_id: 'ref_1', payment_id: 'pay_1' }).digest).toEqual({
      unclear: ['pay_1'],
    })
  })

  test.each(['license_key.created', 'subscription.active', 'something.new'])(
    'of the type %s is kept and ignored',
    type => {
      expect(read(type, {}).ignored).toBe(true)
    },
  )

  test('about a payment of nobody named is a claim for nothing', () => {
    expect(read('payment.succeeded', { ...payment, metadata: {} }).claimedKey).toBeNull()
  })

  test.each([{}, null, 'text', { payment_id: 7 }])(
    'about a payment without an id (%p) is no webhook',
    data => {
      expect(() => read('payment.succeeded', data)).toThrow(NotAWebhook)
    },
  )

  test('from the future counts as of now: it would outlast whatever is said later', () => {
    expect(read('payment.succeeded', payment, '2099-01-01T00:00:00Z').digest.payments?.[0]?.readAt).toEqual(
      NOW,
    )
  })
})
