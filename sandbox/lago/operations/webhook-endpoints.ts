import type { Context } from '../context.ts'
import { internal, notFound, unprocessable } from '../errors.ts'
import type { FieldErrors } from '../rules/credit-note-input.ts'
import { has } from '../rules/version.ts'
import type { WebhookEndpointRow } from '../state/webhook-endpoint.ts'
import { FILTERABLE_TYPES } from '../webhooks/event-types.ts'

const MAX_ENDPOINTS = 10

export interface EndpointParams {
  webhook_url?: unknown
  signature_algo?: unknown
  name?: unknown
  event_types?: unknown
}

/** POST /webhook_endpoints. Without an algorithm it signs by JWT. Source: lago-api app/services/webhook_endpoints/create_service.rb. */
export function createEndpoint(ctx: Context, params: EndpointParams): WebhookEndpointRow {
  const algorithm = params.signature_algo ?? 'jwt'
  if (algorithm !== 'jwt' && algorithm !== 'hmac') throw internal()
  const errors = urlErrors(ctx, params.webhook_url, null)
  if (ctx.state.webhookEndpoints.size >= MAX_ENDPOINTS) {
    errors['base'] = ['Maximum number of webhook endpoints was reached']
  }
  const types = eventTypes(ctx, params, errors)
  if (Object.keys(errors).length > 0) throw unprocessable(errors)
  const endpoint: WebhookEndpointRow = {
    lago_id: ctx.uuid(),
    webhook_url: String(params.webhook_url),
    signature_algo: algorithm,
    name: typeof params.name === 'string' ? params.name : null,
    event_types: types,
    created_at: ctx.clock.now(),
  }
  ctx.state.webhookEndpoints.set(endpoint.lago_id, endpoint)
  return endpoint
}

/** PUT /webhook_endpoints/:id. */
export function updateEndpoint(
  ctx: Context,
  endpoint: WebhookEndpointRow,
  params: EndpointParams,
): WebhookEndpointRow {
  const algorithm = params.signature_algo ?? endpoint.signature_algo
  if (algorithm !== 'jwt' && algorithm !== 'hmac') throw internal()
  const url = params.webhook_url ?? endpoint.webhook_url
  const errors = urlErrors(ctx, url, endpoint.lago_id)
  const types = 'event_types' in params ? eventTypes(ctx, params, errors) : endpoint.event_types
  if (Object.keys(errors).length > 0) throw unprocessable(errors)
  endpoint.webhook_url = String(url)
  endpoint.signature_algo = algorithm
  endpoint.event_types = types
  if (typeof params.name === 'string') endpoint.name = params.name
  return endpoint
}

export function findEndpoint(ctx: Context, id: string): WebhookEndpointRow {
  const endpoint = ctx.state.webhookEndpoints.get(id)
  if (!endpoint) throw notFound('webhook_endpoint')
  return endpoint
}

function urlErrors(ctx: Context, url: unknown, self: string | null): FieldErrors {
  if (typeof url !== 'string' || url.trim() === '') return { webhook_url: ['value_is_mandatory'] }
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol) || parsed.hostname === '') {
    return { webhook_url: ['url_is_invalid'] }
  }
  for (const other of ctx.state.webhookEndpoints.values()) {
    if (other.webhook_url === url && other.lago_id !== self) return { webhook_url: ['value_already_exist'] }
  }
  return {}
}

function eventTypes(ctx: Context, params: EndpointParams, errors: FieldErrors): string[] | null {
  const given = params.event_types
  if (given === undefined || given === null || !has(ctx.settings.version, 'eventTypesFilter')) return null
  if (!Array.isArray(given)) {
    errors['event_types'] = ['must_be_array']
    return null
  }
  const types = [...new Set((given as unknown[]).map(type => String(type).trim().toLowerCase()))]
  if (types.length === 1 && types[0] === '*') return null
  const unknown = types.filter(type => !FILTERABLE_TYPES.has(type))
  if (unknown.length > 0) {
    errors['event_types'] = [`contains invalid types: [${unknown.map(type => `"${type}"`).join(', ')}]`]
  }
  return types
}
