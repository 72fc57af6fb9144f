import type { SandboxClock } from '../kernel/clock.ts'
import type { Deliveries } from '../kernel/deliveries.ts'
import { Faults } from '../kernel/faults.ts'
import type { Handler } from '../kernel/pipeline.ts'
import { seededRandom } from '../kernel/random.ts'
import { RealClock } from '../kernel/real-clock.ts'
import { Router } from '../kernel/router.ts'
import { type ServeOptions, type Serving, serve } from '../kernel/server.ts'
import type { Context, Organization, Settings } from './context.ts'
import { type Control, createControl } from './control/control.ts'
import { sandboxRoutes } from './control/routes.ts'
import { creditNoteRoutes } from './http/credit-notes.ts'
import { customerRoutes } from './http/customers.ts'
import { lagoHandler } from './http/handler.ts'
import { invoiceRoutes } from './http/invoices.ts'
import { organizationRoutes } from './http/organization.ts'
import { paymentRequestRoutes } from './http/payment-requests.ts'
import { paymentRoutes } from './http/payments.ts'
import { SecondLimiter } from './http/rate-limit.ts'
import { walletRoutes } from './http/wallets.ts'
import { uuidSource } from './ids.ts'
import type { FakeLagoOptions } from './options.ts'
import { pageRoutes } from './page/routes.ts'
import { State } from './state/state.ts'
import { type KeyPair, sharedKeys } from './webhooks/keys.ts'
import { Outbox } from './webhooks/outbox.ts'

export type { Control } from './control/control.ts'
export type { FakeLagoOptions } from './options.ts'

export interface FakeLago {
  /** Answers one request. Rejects with `ConnectionReset` for a connection a fault dropped. */
  readonly fetch: Handler
  serve(options?: ServeOptions): Serving
  /** Does what people do in Lago's dashboard and what Lago's own jobs do. */
  readonly control: Control
  readonly state: State
  readonly settings: Settings
  readonly faults: Faults
  readonly deliveries: Deliveries
  readonly clock: SandboxClock
  readonly organization: Organization
  readonly apiKey: string
  readonly hmacKey: string
}

/**
 * A stateful Lago: the REST routes, order of checks, refusals, versions, licence and webhooks of the real one, as far
 * as collecting its invoices goes. With a `VirtualClock` and a seeded `Random` every run is the same.
 */
export function createFakeLago(options: FakeLagoOptions = {}): FakeLago {
  const clock = options.clock ?? new RealClock()
  const random = options.random ?? seededRandom('lago')
  const uuid = uuidSource(random)
  const state = new State()
  const settings: Settings = {
    version: options.version ?? '1.51',
    premium: options.premium ?? true,
    premiumIntegrations: new Set(options.premiumIntegrations),
    jobDelayMs: options.jobDelayMs ?? 0,
    cachedCounts: options.cachedCounts ?? false,
  }
  const organization: Organization = {
    lago_id: uuid(),
    name: 'Acme',
    slug: 'acme',
    billing_entity_code: 'acme',
    document_number_prefix: 'ACM-9F21',
    default_currency: 'USD',
    net_payment_term: 0,
    created_at: clock.now(),
    apiKey: options.apiKey ?? 'lago_key_sandbox',
    hmacKey: options.hmacKey ?? uuid(),
    apiUrl: options.apiUrl ?? 'http://lago.test',
    frontUrl: 'https://app.lago.test',
  }
  const keys = (): KeyPair => options.jwtKeys ?? sharedKeys()
  const later = (job: () => void) => {
    clock.schedule(new Date(clock.now().getTime() + settings.jobDelayMs), job)
  }
  const outbox = new Outbox({
    clock,
    random,
    uuid,
    state,
    settings,
    organization,
    keys,
    later,
    transport: options.transport,
    remember: options.remember,
  })
  const ctx: Context = {
    settings,
    organization,
    state,
    clock,
    random,
    uuid,
    later,
    emit: (type, object) => outbox.emit(type, object),
  }
  const faults = new Faults({ random, ...(options.remember !== undefined && { remember: options.remember }) })
  const control = createControl(ctx)
  for (const { url, ...rest } of options.endpoints ?? []) {
    control.addWebhookEndpoint({ webhook_url: url, signature_algo: 'hmac', ...rest })
  }

  const router = new Router()
  organizationRoutes(ctx, router, () => keys().publicKey)
  for (const routes of [
    invoiceRoutes,
    paymentRoutes,
    creditNoteRoutes,
    customerRoutes,
    walletRoutes,
    paymentRequestRoutes,
  ]) {
    routes(ctx, router)
  }
  sandboxRoutes(router, { ctx, control, faults, deliveries: outbox.deliveries })
  pageRoutes(router, ctx, control)
  const limiter = options.rateLimit === undefined ? undefined : new SecondLimiter(clock, options.rateLimit)
  const handler = lagoHandler({ clock, faults, router, outbox, apiKey: organization.apiKey, limiter })

  return {
    fetch: handler,
    serve: serveOptions => serve(handler, serveOptions),
    control,
    state,
    settings,
    faults,
    deliveries: outbox.deliveries,
    clock,
    organization,
    apiKey: organization.apiKey,
    hmacKey: organization.hmacKey,
  }
}
