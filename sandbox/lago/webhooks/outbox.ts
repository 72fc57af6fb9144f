import type { SandboxClock } from '../../kernel/clock.ts'
import { Deliveries, type SigningInput } from '../../kernel/deliveries.ts'
import type { WebhookEndpoint } from '../../kernel/delivery.ts'
import type { FetchLike } from '../../kernel/in-process-fetch.ts'
import type { Random } from '../../kernel/random.ts'
import type { Organization, Settings } from '../context.ts'
import { has } from '../rules/version.ts'
import type { State } from '../state/state.ts'
import type { WebhookEndpointRow } from '../state/webhook-endpoint.ts'
import { EVENT_OBJECTS, type WebhookType } from './event-types.ts'
import type { KeyPair } from './keys.ts'
import { railsJson } from './rails-json.ts'
import { hmacSignature, jwtSignature } from './signature.ts'

/** Three attempts: at once, 3 s after the first failure, 18 s after the second. Source: lago-api app/jobs/send_http_webhook_job.rb. */
const SCHEDULE_MS = [0, 3_000, 18_000]
const TIMEOUT_MS = 30_000
const SUCCESS: readonly number[] = [200, 201, 202, 204]

export interface OutboxOptions {
  clock: SandboxClock
  random: Random
  uuid: () => string
  state: State
  settings: Settings
  organization: Organization
  keys: () => KeyPair
  later: (job: () => void) => void
  transport?: FetchLike | undefined
  remember?: number | undefined
}

/** Lago's webhook jobs on top of the kernel's sender. */
export class Outbox {
  readonly deliveries: Deliveries
  private readonly pending: Promise<void>[] = []

  constructor(private readonly options: OutboxOptions) {
    const { clock, random, uuid, transport, remember } = options
    this.deliveries = new Deliveries({
      clock,
      random,
      sign: input => this.sign(input),
      scheduleMs: SCHEDULE_MS,
      body: 'frozen',
      timeoutMs: TIMEOUT_MS,
      endpoints: () => this.endpoints(),
      success: status => SUCCESS.includes(status),
      id: uuid,
      ...(transport && { transport }),
      ...(remember !== undefined && { remember }),
    })
  }

  /** Serialises when the job runs; every endpoint then gets the same bytes, in every attempt. */
  emit(type: WebhookType, object: () => unknown): void {
    const { state, settings, organization, later } = this.options
    if (state.webhookEndpoints.size === 0) return
    const key = EVENT_OBJECTS[type]
    const send = () => {
      const body = railsJson({
        webhook_type: type,
        object_type: key,
        ...(has(settings.version, 'organizationIdInEnvelope') && { organization_id: organization.lago_id }),
        [key]: object(),
      })
      return this.deliveries.emit({ type, render: () => body })
    }
    if (this.deliveries.beforeResponse) this.pending.push(send())
    else later(() => void send())
  }

  /** Waits for what must arrive before the API call is answered. */
  async flush(): Promise<void> {
    await Promise.all(this.pending.splice(0))
  }

  private *endpoints(): Generator<WebhookEndpoint> {
    const { state, settings } = this.options
    const filters = has(settings.version, 'eventTypesFilter')
    for (const row of state.webhookEndpoints.values()) {
      yield {
        id: row.lago_id,
        url: row.webhook_url,
        accepts: type => !filters || row.event_types === null || row.event_types.includes(type),
      }
    }
  }

  private sign({ body, deliveryId, endpoint }: SigningInput): Record<string, string> {
    const row = this.options.state.webhookEndpoints.get(endpoint.id)
    const algorithm: WebhookEndpointRow['signature_algo'] = row?.signature_algo ?? 'hmac'
    return {
      'X-Lago-Signature': algorithm === 'hmac' ? this.hmac(body) : this.jwt(body),
      'X-Lago-Signature-Algorithm': algorithm,
      'X-Lago-Unique-Key': deliveryId,
    }
  }

  private hmac(body: string): string {
    const { settings, organization } = this.options
    const key = has(settings.version, 'ownHmacKey') ? organization.hmacKey : organization.apiKey
    return hmacSignature(key, body)
  }

  private jwt(body: string): string {
    return jwtSignature(this.options.keys().privateKey, this.options.organization.apiUrl, body)
  }
}
