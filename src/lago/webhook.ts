import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Delivery, type Digest, NotAWebhook, parseObject } from '../core/delivery.ts'
import { asLagoInvoiceId, payableKey } from '../core/ids.ts'

/** Where each webhook type that concerns an invoice keeps the invoice's id. Every other type is stored and ignored. */
const INVOICE_ID_AT: Readonly<Record<string, readonly string[]>> = {
  'invoice.created': ['invoice', 'lago_id'],
  'invoice.one_off_created': ['invoice', 'lago_id'],
  'invoice.paid_credit_added': ['invoice', 'lago_id'],
  'invoice.voided': ['invoice', 'lago_id'],
  'invoice.payment_status_updated': ['invoice', 'lago_id'],
  'invoice.payment_overdue': ['invoice', 'lago_id'],
  'invoice.payment_failure': ['payment_provider_invoice_payment_error', 'lago_invoice_id'],
  'invoice.payment_dispute_lost': ['payment_dispute_lost', 'invoice', 'lago_id'],
  'credit_note.created': ['credit_note', 'lago_invoice_id'],
}

/** The webhook types that are acted on: what an endpoint's filter must let through. */
export const LAGO_EVENTS: readonly string[] = Object.keys(INVOICE_ID_AT)

/** Lago says this when "retry payment" is pressed for a customer without a provider of its own. */
const RETRY_CODE = 'customer_must_have_payment_provider'

/** Lago's keys are UUIDs. A header that nobody signed must not outgrow the index it is kept in. */
const LONGEST_EVENT_ID = 200

const figures = z.object({
  status: z.string(),
  payment_status: z.string(),
  total_amount_cents: z.number(),
  total_due_amount_cents: z.number().nullish(),
})

/** Reads a verified Lago webhook. Throws NotAWebhook. */
export function readLagoWebhook(headers: Headers, body: Buffer): Delivery {
  const envelope = parseObject(body)
  const type = envelope['webhook_type']
  if (typeof type !== 'string') throw new NotAWebhook('webhook_type is missing')
  const path = Object.hasOwn(INVOICE_ID_AT, type) ? INVOICE_ID_AT[type] : undefined
  const invoiceId = path ? asLagoInvoiceId(at(envelope, path)) : null
  if (path && !invoiceId) throw new NotAWebhook(`${path.join('.')} is not an invoice id`)

  // Neither the key nor the time is signed: the same key with another body is another delivery.
  const hash = createHash('sha256').update(body).digest('base64url')
  const given = headers.get('x-lago-unique-key')
  const eventId = given && given.length <= LONGEST_EVENT_ID ? given : hash
  return {
    source: 'lago',
    eventId,
    dedupeKey: `lago:${eventId}:${hash}`,
    type,
    claimedKey: invoiceId ? payableKey.invoice(invoiceId) : null,
    sessionId: null,
    paymentId: null,
    headers: { 'x-lago-unique-key': eventId, algorithm: headers.get('x-lago-signature-algorithm') ?? 'hmac' },
    body: body.toString('utf8'),
    digest: digestOf(type, envelope),
    ignored: invoiceId === null,
    urgent: false,
  }
}

function digestOf(type: string, envelope: Readonly<Record<string, unknown>>): Digest {
  if (type === 'invoice.payment_failure') {
    const code = at(envelope, ['payment_provider_invoice_payment_error', 'error_details', 'code'])
    return code === RETRY_CODE ? { retry: true } : {}
  }
  if (type === 'credit_note.created') return { creditNote: true }
  const parsed = figures.safeParse(envelope['invoice'])
  if (!parsed.success) return {}
  const { status, payment_status, total_amount_cents: total, total_due_amount_cents: due } = parsed.data
  return {
    invoice: { status, paymentStatus: payment_status, total: String(total), due: String(due ?? total) },
  }
}

function at(value: unknown, path: readonly string[]): unknown {
  let found: unknown = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = (found as Record<string, unknown>)[key]
  }
  return found
}
