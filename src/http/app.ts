import { Hono } from 'hono'
import type { Logger } from 'pino'
import { type Check, healthDoor } from './health-door.ts'
import { type PayDoor, payDoor } from './pay-door.ts'
import { type WebhookDoor, webhookDoor } from './webhook-door.ts'

export type Doors = {
  lago: WebhookDoor
  dodo: WebhookDoor
  pay: PayDoor
  /** The payment service and its balances; null where none are sold. */
  topups: Hono | null
  checks: readonly Check[]
  log: Logger
}

/** Every way in. Thin: no rule and no SQL behind these routes but what they are handed. */
export function createApp({ lago, dodo, pay, topups, checks, log }: Doors): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('X-Content-Type-Options', 'nosniff')
  })
  app.route('/webhooks/lago', webhookDoor(lago))
  app.route('/webhooks/dodo', webhookDoor(dodo))
  app.route('/pay', payDoor(pay))
  app.route('/', healthDoor(checks, log))
  if (topups) app.route('/', topups)
  app.notFound(c => c.json({ error: 'there is nothing here', code: 'not_found' }, 404))
  app.onError((error, c) => {
    log.error({ method: c.req.method, path: c.req.routePath, err: error }, 'request failed')
    return c.json({ error: 'something went wrong here; it was logged', code: 'internal_error' }, 500)
  })
  return app
}
