import { type Context, Hono } from 'hono'
import type { Logger } from 'pino'
import { type Delivery, NotAWebhook } from '../core/delivery.ts'
import type { Ingest } from '../inbox/ingest.ts'
import type { BodyRoom } from './body-room.ts'
import { readBody } from './read-body.ts'

export type WebhookDoor = {
  source: 'lago' | 'dodo'
  /** The largest body taken, in bytes. */
  maxBytes: number
  /** Verifies the raw bytes. */
  verify(headers: Headers, body: Buffer): boolean | Promise<boolean>
  /** Understands what was verified. Throws NotAWebhook. */
  read(headers: Headers, body: Buffer): Delivery
  ingest: Pick<Ingest, 'store'>
  /** Where large bodies find room; that of the process if not given. */
  room?: BodyRoom
  /** How long storing may take, in milliseconds. */
  storeMs?: number
  log: Logger
}

/** How long the sender should wait when a delivery could not be stored, in seconds. */
const RETRY_AFTER = '5'

/** Dodo gives up after 15 s, Lago after 30 s: a database that says nothing must not use up their patience. */
const STORE_MS = 10_000

/**
 * One door for webhooks: verify, store, answer. 2xx means committed; whatever cannot be stored is answered 503, so
 * that the sender sends it again. What is not verified changes nothing and is not kept.
 */
export function webhookDoor(door: WebhookDoor): Hono {
  const app = new Hono()
  app.post('/', async c => {
    if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
      return c.json({ error: 'the body must be application/json', code: 'unsupported_media_type' }, 415)
    const read = await readBody(c.req.raw, door)
    if (read.kind !== 'body') return unread(c, door, read.kind)
    try {
      return await take(c, door, read.body)
    } finally {
      read.release()
    }
  })
  return app
}

async function take(c: Context, door: WebhookDoor, body: Buffer): Promise<Response> {
  const { headers } = c.req.raw
  if (!(await door.verify(headers, body))) {
    door.log.warn(
      { source: door.source, bytes: body.length },
      'webhook refused: the signature does not fit any configured key',
    )
    return c.json({ error: 'the signature does not fit', code: 'invalid_signature' }, 401)
  }
  try {
    return await store(c, door, door.read(headers, body))
  } catch (error) {
    if (!(error instanceof NotAWebhook)) throw error
    return c.json({ error: error.message, code: 'not_a_webhook' }, 400)
  }
}

function unread(c: Context, door: WebhookDoor, kind: 'too_large' | 'busy' | 'too_slow' | 'gone'): Response {
  switch (kind) {
    case 'too_large':
      return c.json({ error: `the body is larger than ${door.maxBytes} bytes`, code: 'body_too_large' }, 413)
    case 'busy':
      door.log.warn({ source: door.source }, 'webhook refused: too many large bodies at once')
      c.header('Retry-After', RETRY_AFTER)
      return c.json({ error: 'too many large bodies at once; send it again', code: 'busy' }, 503)
    case 'too_slow':
      return c.json({ error: 'the body took too long to arrive', code: 'body_too_slow' }, 408)
    case 'gone':
      return c.json({ error: 'the body broke off', code: 'body_incomplete' }, 400)
  }
}

async function store(c: Context, door: WebhookDoor, delivery: Delivery): Promise<Response> {
  const eventId = `${door.source}:${delivery.eventId}`
  try {
    const { outcome, payableKey } = await inTime(door.ingest.store(delivery), door.storeMs ?? STORE_MS)
    door.log.debug(
      { source: door.source, type: delivery.type, event: eventId, payable: payableKey, outcome },
      'webhook',
    )
    return c.json({ received: true, event_id: eventId, sync_status: outcome })
  } catch (error) {
    door.log.error(
      { source: door.source, type: delivery.type, event: eventId, err: error },
      'webhook could not be stored',
    )
    c.header('Retry-After', RETRY_AFTER)
    return c.json({ error: 'the delivery could not be stored; send it again', code: 'not_stored' }, 503)
  }
}

async function inTime<T>(storing: Promise<T>, ms: number): Promise<T> {
  let timer: Timer | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not stored within ${ms} ms`)), ms)
  })
  return Promise.race([storing, late]).finally(() => clearTimeout(timer))
}
