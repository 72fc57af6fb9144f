import { createHash } from 'node:crypto'
import { type Delivery, type Digest, NotAWebhook, parseObject } from '../core/delivery.ts'
import { asLagoInvoiceId, type DodoPaymentId, payableKey, type TopupId } from '../core/ids.ts'
import {
  disputeSchema,
  isDodoId,
  paymentSchema,
  refundSchema,
  toDisputeFact,
  toPaymentFact,
  toRefundFact,
} from './objects.ts'

/** The part of a delivery that depends on what the event is about. */
type Subject = Pick<Delivery, 'claimedKey' | 'sessionId' | 'paymentId' | 'digest' | 'ignored' | 'urgent'>

const IGNORED: Subject = {
  claimedKey: null,
  sessionId: null,
  paymentId: null,
  digest: {},
  ignored: true,
  urgent: false,
}

/**
 * Reads a verified Dodo webhook. Throws NotAWebhook.
 * The event's identity is the `webhook-id` header; the body holds the latest state, not the one at the event.
 */
export function readDodoWebhook(headers: Headers, body: Buffer, now: Date): Delivery {
  const envelope = parseObject(body)
  const type = envelope['type']
  if (typeof type !== 'string') throw new NotAWebhook('type is missing')
  const eventId = eventIdOf(headers.get('webhook-id') ?? '')
  const saidAt = moment(envelope['timestamp'], now)
  return {
    source: 'dodo',
    eventId,
    dedupeKey: `dodo:${eventId}`,
    type,
    headers: { 'webhook-id': eventId, 'webhook-timestamp': headers.get('webhook-timestamp') ?? '' },
    body: body.toString('utf8'),
    ...subjectOf(type, envelope['data'], saidAt),
  }
}

/** An id must not outgrow the index it is kept in; its hash is as good. */
const eventIdOf = (id: string): string =>
  isDodoId(id) ? id : createHash('sha256').update(id).digest('base64url')

/** The webhook types that are acted on: what an endpoint's filter must let through. Source: Dodo API, webhook events. */
export const DODO_EVENTS: readonly string[] = [
  ...['succeeded', 'failed', 'processing', 'cancelled'].map(what => `payment.${what}`),
  ...['succeeded', 'failed'].map(what => `refund.${what}`),
  ...['opened', 'expired', 'accepted', 'cancelled', 'challenged', 'won', 'lost'].map(
    what => `dispute.${what}`,
  ),
]

function subjectOf(type: string, data: unknown, saidAt: Date): Subject {
  // Some documents call a refund `payment.refunded`.
  if (type === 'payment.refunded' || type.startsWith('refund.')) return aboutRefund(data)
  if (type.startsWith('payment.')) return aboutPayment(data, saidAt)
  if (type.startsWith('dispute.')) return aboutDispute(data)
  return IGNORED
}

function aboutPayment(data: unknown, saidAt: Date): Subject {
  const parsed = paymentSchema.safeParse(data)
  if (!parsed.success) return unclear(data)
  const payment = toPaymentFact(parsed.data, saidAt)
  return {
    claimedKey: claimOf(parsed.data.metadata ?? {}),
    sessionId: payment.sessionId,
    paymentId: payment.id,
    digest: { payments: [payment] },
    ignored: false,
    urgent: true,
  }
}

function aboutRefund(data: unknown): Subject {
  const parsed = refundSchema.safeParse(data)
  const refund = parsed.success ? toRefundFact(parsed.data) : null
  return refund ? about(refund.paymentId, { refunds: [refund] }) : unclear(data)
}

function aboutDispute(data: unknown): Subject {
  const parsed = disputeSchema.safeParse(data)
  if (!parsed.success) return unclear(data)
  const dispute = toDisputeFact(parsed.data)
  return about(dispute.paymentId, { disputes: [dispute] })
}

/** Of another shape than expected, but it names a payment: that is read before anything is concluded. */
function unclear(data: unknown): Subject {
  const id =
    typeof data === 'object' && data !== null ? (data as { payment_id?: unknown }).payment_id : undefined
  if (!isDodoId(id)) throw new NotAWebhook('data.payment_id is missing or no id')
  return about(id as DodoPaymentId, { unclear: [id] })
}

/** A refund or dispute names nothing but its payment. Whose that is, the stored payments tell, or Dodo. */
const about = (paymentId: DodoPaymentId, digest: Digest): Subject => ({
  claimedKey: payableKey.stray(paymentId),
  sessionId: null,
  paymentId,
  digest,
  ignored: false,
  urgent: true,
})

/** What the payment's metadata claims to pay; null if the metadata is not ours. */
export function claimOf(metadata: Readonly<Record<string, unknown>>): string | null {
  const invoiceId = asLagoInvoiceId(metadata['lago_invoice_id'])
  if (invoiceId) return payableKey.invoice(invoiceId)
  const topupId = metadata['topup_id']
  return isDodoId(topupId) ? payableKey.topup(topupId as TopupId) : null
}

/** A time from the future would outlast whatever is said later. */
function moment(value: unknown, now: Date): Date {
  const said = new Date(typeof value === 'string' ? value : Number.NaN)
  return Number.isNaN(said.getTime()) || said > now ? now : said
}
