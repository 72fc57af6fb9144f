import type { SandboxClock } from '../kernel/clock.ts'
import { Deliveries } from '../kernel/deliveries.ts'
import { Faults } from '../kernel/faults.ts'
import { type Handler, pipeline } from '../kernel/pipeline.ts'
import { seededRandom } from '../kernel/random.ts'
import { RateLimiter } from '../kernel/rate-limit.ts'
import { RealClock } from '../kernel/real-clock.ts'
import { type Incoming, Router } from '../kernel/router.ts'
import { type ServeOptions, type Serving, serve } from '../kernel/server.ts'
import { checkoutRoutes } from './api/checkouts.ts'
import { customerRoutes } from './api/customers.ts'
import { disputeRoutes } from './api/disputes.ts'
import { paymentRoutes } from './api/payments.ts'
import { productRoutes } from './api/products.ts'
import { refundRoutes } from './api/refunds.ts'
import { sandboxRoutes } from './api/sandbox.ts'
import { subscriptionRoutes } from './api/subscriptions.ts'
import { webhookRoutes } from './api/webhooks.ts'
import { ApiError } from './api-error.ts'
import { type Control, createControl } from './control.ts'
import { SUPPORTED_COUNTRIES } from './countries.ts'
import { activeSecrets, createWebhook, endpointsOf } from './model/webhooks.ts'
import { DEFAULT_TAX_RATES, type FakeDodoOptions } from './options.ts'
import { pageRoutes } from './page/routes.ts'
import { signedHeaders } from './signature.ts'
import { createState, type State } from './state.ts'
import { newScripts, type World } from './world.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Waits before the eight attempts of a delivery (Dodo documentation, webhooks). */
const DELIVERY_SCHEDULE_MS = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  10 * HOUR,
] as const

const DELIVERY_TIMEOUT_MS = 15 * SECOND

export interface FakeDodo {
  fetch: Handler
  /** Serves API, checkout pages and controls; links point there unless `baseUrl` was given. */
  serve(options?: ServeOptions): Serving
  control: Control
  state: State
  faults: Faults
  deliveries: Deliveries
  clock: SandboxClock
  apiKey: string
  /** The newest secret of each webhook endpoint, in the order of their creation. */
  readonly webhookSecrets: string[]
  readonly baseUrl: string
}

/** A Dodo that keeps books, signs its webhooks, and fails when told to. */
export function createFakeDodo(options: FakeDodoOptions = {}): FakeDodo {
  const clock = options.clock ?? new RealClock()
  const random = options.random ?? seededRandom('dodo')
  const apiKey = options.apiKey ?? 'dodo_test_sandbox'
  const remember = options.remember ?? 10_000
  const state = createState()
  const faults = new Faults({ random, remember })
  const deliveries = new Deliveries({
    clock,
    random,
    remember,
    body: 'latest',
    scheduleMs: DELIVERY_SCHEDULE_MS,
    timeoutMs: DELIVERY_TIMEOUT_MS,
    endpoints: () => endpointsOf(state),
    sign: ({ deliveryId, at, body, endpoint }) => {
      const row = state.webhooks.get(endpoint.id)
      return signedHeaders(deliveryId, at, body, row ? activeSecrets(row, clock.now()) : [])
    },
    ...(options.transport && { transport: options.transport }),
  })
  const world: World = {
    options: {
      ...options,
      merchantName: options.merchantName ?? 'Sandbox Merchant',
      retryModel: options.retryModel ?? 'same-payment',
      onHoldModel: options.onHoldModel ?? 'chargeable',
      taxRates: options.taxRates ?? DEFAULT_TAX_RATES,
      refundWindowDays: options.refundWindowDays ?? 30,
      fullRefundOnly: options.fullRefundOnly ?? ['klarna', 'afterpay_clearpay'],
    },
    state,
    clock,
    random,
    deliveries,
    ...newScripts(options),
    businessId: random.id('bus_'),
    brandId: random.id('bus_'),
    baseUrl: options.baseUrl ?? 'http://dodo.test',
  }
  for (const { url, secret, filterTypes } of options.endpoints ?? []) {
    createWebhook(world, { url, ...(secret !== undefined && { secret }), filter_types: filterTypes ?? null })
  }
  const control = createControl(world)
  const fetch = answering(world, { faults, apiKey, control })
  return {
    fetch,
    serve(serveOptions) {
      const serving = serve(fetch, serveOptions)
      if (options.baseUrl === undefined) world.baseUrl = serving.url
      return serving
    },
    control,
    state,
    faults,
    deliveries,
    clock,
    apiKey,
    get webhookSecrets() {
      return state.webhooks.all().flatMap(row => row.secrets.slice(0, 1).map(({ secret }) => secret))
    },
    get baseUrl() {
      return world.baseUrl
    },
  }
}

const OPEN = ['/session/', '/portal/', '/_sandbox/']

function answering(world: World, parts: { faults: Faults; apiKey: string; control: Control }): Handler {
  const { clock, options } = world
  const router = new Router().on('GET', '/checkout/supported_countries', () =>
    Response.json(SUPPORTED_COUNTRIES),
  )
  productRoutes(router, world)
  customerRoutes(router, world)
  checkoutRoutes(router, world)
  paymentRoutes(router, world)
  subscriptionRoutes(router, world)
  refundRoutes(router, world)
  disputeRoutes(router, world)
  webhookRoutes(router, world)
  pageRoutes(router, world)
  sandboxRoutes(router, world, parts)
  const limiter = options.rateLimit && new RateLimiter(clock, options.rateLimit)
  const isOpen = (path: string) => OPEN.some(prefix => path.startsWith(prefix))
  const rateHeaders = new WeakMap<Incoming, Record<string, string>>()
  return pipeline({
    clock,
    faults: parts.faults,
    router,
    guard: incoming => {
      const { path, headers } = incoming
      if (isOpen(path)) return undefined
      if (headers.get('authorization') !== `Bearer ${parts.apiKey}`) {
        return new ApiError('UNAUTHORIZED', 'Invalid or missing API key').toResponse()
      }
      if (!limiter) return undefined
      const verdict = limiter.take()
      rateHeaders.set(incoming, verdict.headers)
      if (verdict.allowed) return undefined
      return new ApiError('TOO_MANY_REQUESTS', 'Too many requests').toResponse()
    },
    finish: (response, incoming) => {
      for (const [name, value] of Object.entries(rateHeaders.get(incoming) ?? {}))
        response.headers.set(name, value)
    },
    onError: error => {
      if (error instanceof ApiError) return error.toResponse()
      console.error(error)
      return new ApiError('INTERNAL_SERVER_ERROR', 'Something went wrong').toResponse()
    },
    notFound: ({ method, path }) => new ApiError('NOT_FOUND', `No route for ${method} ${path}`).toResponse(),
    exempt: path => path.startsWith('/_sandbox/'),
  })
}
