import type { DisputeFact, PaymentFact, RefundFact } from './facts.ts'

/** What a verified webhook tells. Small, whatever the size of the body. */
export type Digest = {
  /** The figures of a Lago invoice: the same as were read last tell nothing new. */
  invoice?: { status: string; paymentStatus: string; due: string; total: string }
  /** "Retry payment" was pressed in Lago. */
  retry?: true
  payments?: PaymentFact[]
  refunds?: RefundFact[]
  disputes?: DisputeFact[]
  /** A Lago credit note was written. */
  creditNote?: true
  /** Dodo payments that have to be read, since the body was not clear about them. */
  unclear?: string[]
}

/** A webhook that was verified and understood well enough to be stored. */
export type Delivery = {
  source: 'lago' | 'dodo' | (string & {})
  eventId: string
  dedupeKey: string
  type: string
  /** The payable that the sender names; what the session or payment is known to belong to counts more. */
  claimedKey: string | null
  sessionId: string | null
  paymentId: string | null
  headers: Readonly<Record<string, string>>
  body: string
  digest: Digest
  ignored: boolean
  /** Money has moved or somebody waits: served before the routine. */
  urgent: boolean
}

/** The body is JSON, but no webhook of this sender. */
export class NotAWebhook extends Error {}

/** Parses JSON that must be an object. */
export function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    throw new NotAWebhook('the body is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new NotAWebhook('the body is not a JSON object')
  return value as Record<string, unknown>
}
