import type { WebhookDetails } from 'dodopayments/resources/webhooks/webhooks'
import type { WebhookEndpoint } from '../../kernel/delivery.ts'
import type { Random } from '../../kernel/random.ts'
import { ApiError, notFound } from '../api-error.ts'
import type { State, WebhookRow } from '../state.ts'
import { now, type World } from '../world.ts'

const DAY = 86_400_000
const MAX_ENDPOINTS = 5

export interface NewWebhook {
  url: string
  secret?: string
  description?: string | null | undefined
  disabled?: boolean | null | undefined
  filter_types?: string[] | null | undefined
  headers?: Record<string, string> | null | undefined
  metadata?: Record<string, string> | null | undefined
  rate_limit?: number | null | undefined
  idempotency_key?: string | null | undefined
}

export function createWebhook(world: World, input: NewWebhook): WebhookRow {
  const { webhooks, webhookKeys } = world.state
  const known = input.idempotency_key ? webhookKeys.get(input.idempotency_key) : undefined
  if (known !== undefined) return getWebhook(world, known)
  if (webhooks.size >= MAX_ENDPOINTS) {
    throw new ApiError('UNSUPPORTED_ACTION', `At most ${MAX_ENDPOINTS} webhook endpoints are allowed`)
  }
  const at = now(world)
  const details: WebhookDetails = {
    id: world.random.id('ep_'),
    url: input.url,
    description: input.description ?? '',
    metadata: input.metadata ?? {},
    created_at: at,
    updated_at: at,
    disabled: input.disabled ?? false,
    filter_types: input.filter_types ?? null,
    rate_limit: input.rate_limit ?? null,
  }
  if (input.idempotency_key) webhookKeys.set(input.idempotency_key, details.id)
  const secret = input.secret ?? newSecret(world.random)
  return webhooks.add({ details, secrets: [{ secret, until: null }], headers: input.headers ?? {} })
}

export function getWebhook(world: World, id: string): WebhookRow {
  const row = world.state.webhooks.get(id)
  if (!row) throw notFound('Webhook', id)
  return row
}

/** A new secret signs from now on; the old one signs beside it for another day. */
export function rotateSecret(world: World, row: WebhookRow, secret = newSecret(world.random)): string {
  const until = world.clock.now().getTime() + DAY
  const old = row.secrets.map(each => ({ ...each, until: each.until ?? until }))
  row.secrets = [{ secret, until: null }, ...old]
  return secret
}

export function activeSecrets(row: WebhookRow, now: Date): string[] {
  return row.secrets
    .filter(({ until }) => until === null || until > now.getTime())
    .map(({ secret }) => secret)
}

export function* endpointsOf(state: State): Generator<WebhookEndpoint> {
  for (const { details, headers } of state.webhooks.all()) {
    const filter = details.filter_types
    yield {
      id: details.id,
      url: details.url,
      headers,
      disabled: details.disabled ?? false,
      accepts: type => !filter || filter.length === 0 || filter.includes(type),
    }
  }
}

function newSecret(random: Random): string {
  return `whsec_${Buffer.from(Array.from({ length: 24 }, () => random.int(0, 255))).toString('base64')}`
}
