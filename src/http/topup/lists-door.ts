import { Hono } from 'hono'
import { listEvents } from '../../db/queries/payment-events.ts'
import { listTopupPayments } from '../../db/queries/topup-payments.ts'
import { needAdmin, needUser } from './callers.ts'
import { filterOf, listed, pagingOf } from './paging.ts'
import type { PaymentParts } from './parts.ts'
import { paymentRecord } from './payment-record.ts'

/** `GET /payments/me`, `/payments` and `/events`: newest first, with `limit`, `cursor` and filters. */
export function listsDoor(parts: PaymentParts): Hono {
  const app = new Hono()

  app.get('/payments/me', async c => {
    const { userId } = await needUser(c, parts.identify)
    const { sql } = await parts.engine()
    const filter = { userId, status: filterOf(c, 'status'), provider: filterOf(c, 'provider') }
    return c.json(listed(await listTopupPayments(sql, filter, pagingOf(c)), paymentRecord))
  })

  app.get('/payments', async c => {
    await needAdmin(c, parts.identify)
    const { sql } = await parts.engine()
    const filter = {
      userId: filterOf(c, 'user_id'),
      status: filterOf(c, 'status'),
      provider: filterOf(c, 'provider'),
    }
    return c.json(listed(await listTopupPayments(sql, filter, pagingOf(c)), paymentRecord))
  })

  app.get('/events', async c => {
    await needAdmin(c, parts.identify)
    const { sql, time } = await parts.engine()
    const filter = {
      providers: parts.providers.map(provider => provider.id),
      provider: filterOf(c, 'provider'),
      type: filterOf(c, 'type'),
      syncStatus: filterOf(c, 'sync_status'),
    }
    return c.json(
      listed(await listEvents(sql, filter, pagingOf(c), time.now()), event => ({
        event_id: event.eventId,
        provider: event.provider,
        type: event.type,
        payload_json: event.body,
        sync_status: event.syncStatus,
        sync_error: event.syncError,
        payment_id: event.paymentId,
        attempts: event.attempts,
        created_at: event.receivedAt.toISOString(),
        processed_at: event.processedAt?.toISOString() ?? '',
      })),
    )
  })
  return app
}
