import { createHmac, createSign, type KeyObject } from 'node:crypto'
import { eventually, HMAC_KEY, WEBHOOK_KEY, type World } from '../support/world.ts'

export const LAGO_BODY = String.raw`{"webhook_type":"invoice.created","object_type":"invoice","organization_id":"11111111-1111-4111-8111-111111111111","invoice":{"lago_id":"22222222-2222-4222-8222-222222222222","note":"R\u0026D \u003c3"}}`
export const LAGO_SIGNATURE = 'm2Rb72Zh43u5D1O62a6buGvcCubAlm4yOEMMPIS96aw='

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>
type Answer = { status: number; body: Record<string, unknown>; headers: Headers }

export async function post(
  url: string,
  body: Body,
  headers: Record<string, string> = {},
  contentType: string | null = 'application/json',
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...(contentType === null ? {} : { 'content-type': contentType }), ...headers },
    body,
  })
  const text = await response.text()
  let parsed: Record<string, unknown> = {}
  try {
    parsed = JSON.parse(text)
  } catch {
    parsed = { text }
  }
  return { status: response.status, body: parsed, headers: response.headers }
}

export const hmac = (body: string | Uint8Array, key = HMAC_KEY): string =>
  createHmac('sha256', key).update(body).digest('base64')

/** The headers that Lago sends with an HMAC-signed webhook. */
export const lagoHeaders = (
  body: string | Uint8Array,
  uniqueKey: string = crypto.randomUUID(),
  key = HMAC_KEY,
) => ({
  'x-lago-signature': hmac(body, key),
  'x-lago-signature-algorithm': 'hmac',
  'x-lago-unique-key': uniqueKey,
})

type DodoSigning = { id?: string; at?: Date; key?: string }

export function dodoSignature(body: string, id: string, timestamp: string, key = WEBHOOK_KEY): string {
  const secret = Buffer.from(key.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

/** The headers that Dodo sends. */
export function dodoHeaders(
  body: string,
  { id = `msg_${crypto.randomUUID()}`, at = new Date(), key = WEBHOOK_KEY }: DodoSigning = {},
) {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': dodoSignature(body, id, timestamp, key),
  }
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A compact JWS over whatever header and claims a test wants. */
export function jwt(claims: unknown, key: KeyObject, header: unknown = { alg: 'RS256' }): string {
  const content = `${part(header)}.${part(claims)}`
  return `${content}.${createSign('RSA-SHA256').update(content).sign(key, 'base64url')}`
}

export const unsignedJwt = (claims: unknown): string => `${part({ alg: 'none' })}.${part(claims)}.`

/** A JWS whose HMAC was made with what everybody knows: the public key. */
export function confusedJwt(claims: unknown, publicPem: string): string {
  const content = `${part({ alg: 'HS256' })}.${part(claims)}`
  return `${content}.${createHmac('sha256', publicPem).update(content).digest('base64url')}`
}

export const invoiceWebhook = (lagoId: string, type = 'invoice.created', more: object = {}): string =>
  JSON.stringify({
    webhook_type: type,
    object_type: 'invoice',
    organization_id: '11111111-1111-4111-8111-111111111111',
    invoice: { lago_id: lagoId, ...more },
  })

/** What an outsider could have changed: rows stored, and calls made to either side. */
export async function footprint(world: World) {
  const [rows] = await world.bridge.sql<{ deliveries: number; payables: number }[]>`
    select (select count(*)::int from deliveries) as deliveries, (select count(*)::int from payables) as payables`
  return { ...rows, lago: world.lago.faults.calls.total, dodo: world.dodo.faults.calls.total }
}

/** Resolves when nothing is due and nothing runs, so that whatever moves afterwards was moved by the test. */
export const atRest = (world: World) =>
  eventually(
    () =>
      world.bridge.sql`select key from payables where lease_until is not null or due_at <= clock_timestamp()`,
    rows => rows.length === 0,
  )

/** A body that comes in pieces, without a length. */
export function inPieces(total: number, piece = 64 * 1024): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = total
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close()
      const size = Math.min(piece, left)
      left -= size
      controller.enqueue(new Uint8Array(size).fill(97))
    },
  })
}
