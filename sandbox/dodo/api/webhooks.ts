import type { Router } from '../../kernel/router.ts'
import { ApiError } from '../api-error.ts'
import { createWebhook, getWebhook } from '../model/webhooks.ts'
import { newWebhook, read, webhookHeaders, webhookPatch } from '../schemas.ts'
import { now, type World } from '../world.ts'

export function webhookRoutes(router: Router, world: World): void {
  const { webhooks } = world.state
  router
    .on('POST', '/webhooks', ({ json }) =>
      Response.json(createWebhook(world, read(newWebhook, json)).details),
    )
    .on('GET', '/webhooks', ({ query }) => {
      const limit = Number(query.get('limit') ?? 50)
      const start = Number(query.get('iterator') ?? 0)
      if (!Number.isInteger(limit) || limit < 1 || !Number.isInteger(start) || start < 0) {
        throw new ApiError('INVALID_QUERY_PARAMS', 'limit and iterator must be whole numbers')
      }
      const rows = webhooks.all()
      const end = start + limit
      return Response.json({
        data: rows.slice(start, end).map(row => row.details),
        iterator: end < rows.length ? String(end) : null,
        prev_iterator: start > 0 ? String(Math.max(0, start - limit)) : null,
        done: end >= rows.length,
      })
    })
    .on('GET', '/webhooks/:id', ({ params }) => Response.json(getWebhook(world, params['id'] ?? '').details))
    .on('PATCH', '/webhooks/:id', ({ params, json }) => {
      const { details } = getWebhook(world, params['id'] ?? '')
      const patch = read(webhookPatch, json)
      if (patch.url) details.url = patch.url
      if (patch.description !== undefined) details.description = patch.description ?? ''
      if (patch.disabled !== undefined) details.disabled = patch.disabled
      if (patch.filter_types !== undefined) details.filter_types = patch.filter_types
      if (patch.metadata) details.metadata = patch.metadata
      if (patch.rate_limit !== undefined) details.rate_limit = patch.rate_limit
      details.updated_at = now(world)
      return Response.json(details)
    })
    .on('DELETE', '/webhooks/:id', ({ params }) => {
      webhooks.remove(getWebhook(world, params['id'] ?? '').details.id)
      return new Response(null, { status: 200 })
    })
    .on('GET', '/webhooks/:id/secret', ({ params }) => {
      const [newest] = getWebhook(world, params['id'] ?? '').secrets
      return Response.json({ secret: newest?.secret })
    })
    .on('GET', '/webhooks/:id/headers', ({ params }) =>
      Response.json({ headers: getWebhook(world, params['id'] ?? '').headers, sensitive: [] }),
    )
    .on('PATCH', '/webhooks/:id/headers', ({ params, json }) => {
      const row = getWebhook(world, params['id'] ?? '')
      row.headers = { ...row.headers, ...read(webhookHeaders, json).headers }
      return new Response(null, { status: 200 })
    })
}
