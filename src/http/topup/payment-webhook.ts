import { type Context, Hono } from 'hono'
import { CallError } from '../../calls/call-error.ts'
import { type Delivery, NotAWebhook } from '../../core/delivery.ts'
import { wakePayable } from '../../db/queries/ask-checkout.ts'
import type { EventState } from '../../db/queries/payment-events.ts'
import type { PaymentProvider } from '../../topup/provider.ts'
import { Refusal } from '../../topup/refusal.ts'
import { readBody } from '../read-body.ts'
import { errorBody } from './answers.ts'
import { type PaymentEngine, type PaymentParts, providerOf } from './parts.ts'

const MAX_BYTES = 1024 * 1024
/** Dodo gives up after fifteen seconds. */
const WAIT_MS = 10_000

const DEFAULT_PROVIDER = 'dodo'

/**
 * `POST /webhook`: the same events, kept in the same inbox, as at the bridge's own door; this one waits for what comes
 * of them. 5xx asks the sender to send again; the event is kept and worked on in any case.
 */
export function paymentWebhook(parts: PaymentParts): Hono {
  const app = new Hono()
  app.post('/', async c => {
    const id =
      c.req.query('provider') ?? (parts.providers.length === 1 ? parts.providers[0]?.id : DEFAULT_PROVIDER)
    const provider = providerOf(parts, id ?? '')
    if (!provider) throw new Refusal(404, 'method_not_found', `Payment provider ${id} is not available`)
    const engine = await parts.engine()
    const delivery = await readIn(c, provider, engine, parts)
    const since = engine.time.now()
    const { outcome } = await stored(engine, delivery, parts)
    const early = outcome === 'stored' ? null : await engine.watch.now(delivery.dedupeKey)
    if (early && !early.stored) return answer(c, provider, delivery, early)
    if (early?.payableKey) await wakePayable(engine.sql, early.payableKey, engine.time.now())
    engine.kick()
    return answer(c, provider, delivery, await engine.watch.settled(delivery.dedupeKey, since, WAIT_MS))
  })
  return app
}

/** What was sent, verified; or confirmed by the provider, where there is no key to verify with. */
async function readIn(
  c: Context,
  provider: PaymentProvider,
  engine: PaymentEngine,
  { log }: PaymentParts,
): Promise<Delivery> {
  const { headers } = c.req.raw
  const read = await readBody(c.req.raw, { maxBytes: MAX_BYTES })
  if (read.kind !== 'body') throw unread(read.kind)
  const { body } = read
  const now = engine.time.now()
  const unverified = (message: string) => new Refusal(401, 'invalid_signature', message)
  try {
    if (provider.verify(headers, body, now)) return provider.read(headers, body, now)
    log.warn({ source: provider.id, bytes: body.length }, 'event refused: it is not verified')
    if (!provider.confirm || provider.live || provider.unavailable())
      throw unverified('the signature does not fit')
    const confirmed = await provider.confirm(body, engine.gateway(provider), now)
    if (!confirmed) throw unverified(`${provider.label} does not confirm what the event says`)
    return confirmed
  } catch (error) {
    if (error instanceof NotAWebhook) throw new Refusal(400, 'not_a_webhook', error.message)
    if (error instanceof CallError)
      throw new Refusal(503, 'provider_unreachable', `${provider.label} cannot be asked about the event now`)
    throw error
  } finally {
    read.release()
  }
}

function unread(kind: 'too_large' | 'busy' | 'too_slow' | 'gone'): Refusal {
  switch (kind) {
    case 'too_large':
      return new Refusal(413, 'body_too_large', `the body is larger than ${MAX_BYTES} bytes`)
    case 'busy':
      return new Refusal(503, 'busy', 'too many large bodies at once; send it again')
    case 'too_slow':
      return new Refusal(408, 'body_too_slow', 'the body took too long to arrive')
    case 'gone':
      return new Refusal(400, 'body_incomplete', 'the body broke off')
  }
}

async function stored(engine: PaymentEngine, delivery: Delivery, { log }: PaymentParts) {
  try {
    return await engine.ingest.store(delivery)
  } catch (error) {
    log.error({ source: delivery.source, event: delivery.eventId, err: error }, 'event could not be stored')
    throw new Refusal(503, 'not_stored', 'the event could not be stored; send it again')
  }
}

function answer(
  c: Context,
  provider: PaymentProvider,
  delivery: Delivery,
  state: EventState | null,
): Response {
  const waiting = state === null || state.stored
  const failed = state?.stored === true && state.lastError !== null
  const status = failed ? 'failed' : (state?.syncStatus ?? 'pending')
  const body = {
    received: true,
    event_id: `${delivery.source}:${delivery.eventId}`,
    provider: provider.id,
    sync_status: status,
  }
  if (status === 'applied' || status === 'ignored') return c.json(body)
  const retry = waiting || status === 'pending' || status === 'processing'
  const message = failed ? 'it could not be applied now, and is tried again' : (state?.syncError ?? '')
  const code = failed ? 'not_applied_yet' : status === 'failed' ? reasonIn(message) : 'not_settled_yet'
  const http = retry ? (failed ? 500 : 503) : 200
  if (retry) c.header('Retry-After', '5')
  return c.json({ ...body, error: errorBody(http, code, message || 'it is being worked on') }, http)
}

/** `amount_mismatch: asked …` begins with its code. */
const reasonIn = (message: string): string => /^([a-z_]+):/.exec(message)?.[1] ?? 'not_applied'
