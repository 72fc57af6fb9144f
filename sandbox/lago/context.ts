import type { SandboxClock } from '../kernel/clock.ts'
import type { Random } from '../kernel/random.ts'
import type { LagoVersion } from './rules/version.ts'
import type { State } from './state/state.ts'
import type { WebhookType } from './webhooks/event-types.ts'

/** What can be switched while the sandbox runs. */
export interface Settings {
  version: LagoVersion
  /** Whether the process holds a licence. */
  premium: boolean
  /** Per-organization add-ons, such as `manual_payments` before 1.22. */
  premiumIntegrations: Set<string>
  /** Between an API call and the background jobs it starts, in milliseconds of the sandbox's clock. */
  jobDelayMs: number
  /** As the real one: the count of an invoice list may be half an hour old. */
  cachedCounts: boolean
}

export interface Organization {
  readonly lago_id: string
  readonly name: string
  readonly slug: string
  readonly billing_entity_code: string
  readonly document_number_prefix: string
  readonly default_currency: string
  readonly net_payment_term: number
  readonly created_at: Date
  readonly apiKey: string
  readonly hmacKey: string
  /** Base of file links and issuer of JWT signatures. */
  readonly apiUrl: string
  readonly frontUrl: string
}

/** What every operation works with. */
export interface Context {
  readonly settings: Settings
  readonly organization: Organization
  readonly state: State
  readonly clock: SandboxClock
  readonly random: Random
  readonly uuid: () => string
  /** Queues a webhook. `object` is read when the job runs, not now; then its bytes stay the same in every retry. */
  readonly emit: (type: WebhookType, object: () => unknown) => void
  /** Runs a background job after the job delay. */
  readonly later: (job: () => void) => void
}
