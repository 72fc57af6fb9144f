import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Logger } from 'pino'
import { type Delivery, NotAWebhook } from '../core/delivery.ts'
import type { Ingest } from '../inbox/ingest.ts'

export type WebhookDoor = {
  source: 'lago' | 'dodo'
  /** The largest body taken, in bytes. */
  maxBytes: number
  /** Verifies the raw bytes. */
  verify(headers: Headers, body: Buffer): boolean | Promise<boolean>
  /** Understands what was verified. Throws NotAWebhook. */
  read(headers: Headers, body: Buffer): Delivery
  ingest: Pick<Ingest, 'store'>
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
  const tooLarge = (c: Context) =>
    c.json({ error: `the body is larger than ${door.maxBytes} bytes`, code: 'body_too_large' }, 413)
  app.post('/', bodyLimit({ maxSize: door.maxBytes, onError: tooLarge }), async c => {
    if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
      return c.json({ error: 'the body must be application/json', code: 'unsupported_media_type' }, 415)
    const body = Buffer.from(await c.req.arrayBuffer())
    if (!(await door.verify(c.req.raw.headers, body))) {
      door.log.warn(
        { source: door.source, bytes: body.length },
        'webhook refused: the signature does not fit any configured key',
      )
      return c.json({ error: 'the signature does not fit', code: 'invalid_signature' }, 401)
    }
    let delivery: Delivery
    try {
      delivery = door.read(c.req.raw.headers, body)
    } catch (error) {
      if (!(error instanceof NotAWebhook)) throw error
      return c.json({ error: error.message, code: 'not_a_webhook' }, 400)
    }
    return store(c, door, delivery)
  })
  return app
}

async function store(c: Context, door: WebhookDoor, delivery: Delivery): Promise<Response> {
  const eventId = `${door.source}:${delivery.eventId}`
  try {
    const { outcome, payableKey } = await inTime(door.ingest.store(delivery))
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

async function inTime<T>(storing: Promise<T>): Promise<T> {
  let timer: Timer | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not stored within ${STORE_MS} ms`)), STORE_MS)
  })
  return Promise.race([storing, late]).finally(() => clearTimeout(timer))
}
