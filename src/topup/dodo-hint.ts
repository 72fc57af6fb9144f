import { createHash } from 'node:crypto'
import { orNull } from '../calls/understood.ts'
import { type Delivery, NotAWebhook, parseObject } from '../core/delivery.ts'
import type { DodoPaymentId } from '../core/ids.ts'
import { readDodoWebhook } from '../dodo/webhook.ts'
import type { PaymentGateway } from '../steps/types.ts'

/** What an event of each type claims of its payment. */
const CLAIMS: Readonly<Record<string, string>> = {
  'payment.succeeded': 'succeeded',
  'payment.failed': 'failed',
  'payment.cancelled': 'cancelled',
  'payment.processing': 'processing',
}

/**
 * Anybody may have sent this. It only says which payment to ask Dodo about; what counts is the answer. Null if Dodo
 * does not say the same. Throws NotAWebhook and CallError.
 */
export async function confirmedByDodo(
  body: Buffer,
  gateway: PaymentGateway,
  now: Date,
): Promise<Delivery | null> {
  const envelope = parseObject(body)
  const type = envelope['type']
  const data = envelope['data'] ?? envelope['object']
  const id =
    typeof data === 'object' && data !== null ? (data as Record<string, unknown>)['payment_id'] : null
  const claim = typeof type === 'string' ? CLAIMS[type] : undefined
  if (typeof type !== 'string' || typeof id !== 'string' || id === '')
    throw new NotAWebhook('type or data.payment_id is missing')
  if (claim === undefined) return null
  const payment = (await orNull(gateway.getPayment(id as DodoPaymentId)))?.payment
  if (payment?.status !== claim) return null
  const said = JSON.stringify({ type, timestamp: now.toISOString(), data: payment })
  const delivery = readDodoWebhook(
    new Headers({ 'webhook-id': eventIdOf(envelope, type, id) }),
    Buffer.from(said),
    now,
  )
  // Nobody may use up an id that a verified event will bear: what was confirmed is part of the key.
  const hash = createHash('sha256').update(`${id}:${payment.status}`).digest('base64url')
  return { ...delivery, dedupeKey: `${delivery.dedupeKey}:confirmed:${hash}` }
}

function eventIdOf(envelope: Readonly<Record<string, unknown>>, type: string, paymentId: string): string {
  const own = envelope['id'] ?? envelope['event_id']
  if (typeof own === 'string' && /^[\x21-\x7e]{1,200}$/.test(own)) return own
  const timestamp = String(envelope['timestamp'] ?? '').replace(/[^\x21-\x7e]/g, '')
  return `${type}:${paymentId}:${timestamp}`.slice(0, 200)
}
