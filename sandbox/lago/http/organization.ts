import type { KeyObject } from 'node:crypto'
import type { Router } from '../../kernel/router.ts'
import type { Context } from '../context.ts'
import { forbidden } from '../errors.ts'
import { createEndpoint, findEndpoint, updateEndpoint } from '../operations/webhook-endpoints.ts'
import { organizationObject, webhookEndpointObject } from '../serialize/organization.ts'
import { publicKeyText } from '../webhooks/signature.ts'
import { answer } from './answer.ts'
import { newestFirst, paginate } from './paging.ts'
import { pathId, root } from './params.ts'

export function organizationRoutes(ctx: Context, router: Router, publicKey: () => KeyObject): void {
  const key = () => publicKeyText(publicKey())

  router
    .on('GET', '/health', () =>
      answer({
        version: ctx.settings.version === 'main' ? 'main' : `v${ctx.settings.version}`,
        github_url: 'https://github.com/getlago/lago-api',
        message: 'Success',
      }),
    )
    .on('GET', '/api/v1/organizations', () => answer({ organization: organizationObject(ctx) }))
    .on('PUT', '/api/v1/organizations', incoming => {
      const url = root(incoming, 'organization')['webhook_url']
      const [first] = ctx.state.webhookEndpoints.values()
      // Whatever the first endpoint was for, it now points elsewhere.
      if (url !== undefined) {
        if (first) updateEndpoint(ctx, first, { webhook_url: url })
        else createEndpoint(ctx, { webhook_url: url })
      }
      return answer({ organization: organizationObject(ctx) })
    })
    .on('GET', '/api/v1/webhooks/json_public_key', () => answer({ webhook: { public_key: key() } }))
    .on(
      'GET',
      '/api/v1/webhooks/public_key',
      () => new Response(key(), { headers: { 'content-type': 'text/plain; charset=utf-8' } }),
    )
    .on('GET', '/api/v1/analytics/invoice_collection', () => {
      if (!ctx.settings.premium) throw forbidden()
      return answer({ invoice_collections: [] })
    })
  endpointRoutes(ctx, router)
}

function endpointRoutes(ctx: Context, router: Router): void {
  const one = (endpoint: ReturnType<typeof findEndpoint>) =>
    answer({ webhook_endpoint: webhookEndpointObject(ctx, endpoint) })

  router
    .on('POST', '/api/v1/webhook_endpoints', incoming =>
      one(createEndpoint(ctx, root(incoming, 'webhook_endpoint'))),
    )
    .on('GET', '/api/v1/webhook_endpoints', ({ query }) => {
      const sorted = newestFirst(
        [...ctx.state.webhookEndpoints.values()].map((row, order) => ({ ...row, order })),
      )
      const { rows, meta } = paginate(sorted, query)
      return answer({ webhook_endpoints: rows.map(row => webhookEndpointObject(ctx, row)), meta })
    })
    .on('GET', '/api/v1/webhook_endpoints/:id', incoming => one(findEndpoint(ctx, pathId(incoming))))
    .on('PUT', '/api/v1/webhook_endpoints/:id', incoming => {
      const params = root(incoming, 'webhook_endpoint')
      return one(updateEndpoint(ctx, findEndpoint(ctx, pathId(incoming)), params))
    })
    .on('DELETE', '/api/v1/webhook_endpoints/:id', incoming => {
      const endpoint = findEndpoint(ctx, pathId(incoming))
      ctx.state.webhookEndpoints.delete(endpoint.lago_id)
      return one(endpoint)
    })
}
