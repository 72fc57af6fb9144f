import type { Hono } from 'hono'
import pino, { type Logger } from 'pino'
import type { Fetch } from './calls/guarded-fetch.ts'
import type { MoneyPolicy } from './core/policy.ts'
import type { PaymentEngine } from './http/topup/parts.ts'
import { paymentApp } from './http/topup/payment-app.ts'
import { type RunningEngine, startPaymentEngine } from './payment-engine.ts'
import type { TopupKeeper } from './steps/topup-keeper.ts'
import { type AuthOptions, bearerIdentity, type Identify } from './topup/identity.ts'
import { keeperOf } from './topup/keeper.ts'
import type { PaymentProvider } from './topup/provider.ts'
import { Refusal } from './topup/refusal.ts'
import type { FinishTopup, ReadTopup, ReverseTopup } from './topup/topup.ts'

export type PaymentServiceOptions = {
  /** What is being bought, by whom and for how much. Null, or an error with `status` 404, for an unknown one. */
  readTopup: ReadTopup
  /** Gives the credits; the only call that moves them. An error with `status` 409 says that they were given already. */
  finishTopup: FinishTopup
  /** Takes credits back after a refund. Without it, refunds wait for a person. */
  reverseTopup?: ReverseTopup | undefined
  providers: readonly PaymentProvider[]
  /** Who may call: bearer tokens, or a function of the host's own. Nothing: everybody is a guest. */
  auth?: AuthOptions | Identify | undefined
  /** Postgres 14 or newer, for payments and events. Without it only `methods` and the result pages answer. */
  database_url?: string | undefined
  /** Where the result pages are; needed in live mode, else the address of each request. */
  base_url?: string | null | undefined
  /** Where the result pages lead back to; default `/`. */
  home_url?: string | undefined
  /** A second payment of a paid top-up; default `refund`. */
  duplicate_payments?: MoneyPolicy | undefined
  /** A payment of a top-up that was canceled or finished otherwise; default `review`. */
  late_payments?: MoneyPolicy | undefined
  log?: Logger | undefined
  fetch?: Fetch | undefined
}

/** Sells top-ups through payment providers, each completed once. Mount `app` in any Hono app, or call `fetch`. */
export class PaymentService {
  readonly id = 'payment'
  readonly name = 'Payment'
  readonly version = '0.2.0'
  /** The routes, under `/v1/payment`. */
  readonly app: Hono
  readonly #options: PaymentServiceOptions
  readonly #log: Logger
  #own: Promise<RunningEngine> | null = null

  /** `engine`: what it runs on, if the host has one already. Throws TypeError on providers that cannot be told apart. */
  constructor(options: PaymentServiceOptions, engine?: PaymentEngine) {
    checkIds(options.providers)
    this.#options = options
    this.#log = options.log ?? pino({ level: 'warn' })
    const { auth = {} } = options
    const clock = { now: () => new Date() }
    this.app = paymentApp({
      providers: options.providers,
      readTopup: options.readTopup,
      identify: typeof auth === 'function' ? auth : bearerIdentity(auth, engine?.time ?? clock),
      baseUrl: options.base_url?.replace(/\/+$/, '') || null,
      homeUrl: options.home_url ?? '/',
      log: this.#log,
      engine: engine ? async () => engine : () => this.#start(),
    })
  }

  readonly fetch = (request: Request): Response | Promise<Response> => this.app.fetch(request)

  get keeper(): TopupKeeper {
    return keeperOf(this.#options)
  }

  /** Prepares the database and starts working; otherwise the first request does. */
  async start(): Promise<void> {
    await this.#start()
  }

  async stop(): Promise<void> {
    const own = await this.#own
    this.#own = null
    await own?.stop()
  }

  #start(): Promise<RunningEngine> {
    const { database_url: databaseUrl, providers, fetch } = this.#options
    if (!databaseUrl) throw new Refusal(503, 'no_database', 'the payment service has no database_url')
    this.#own ??= startPaymentEngine({
      databaseUrl,
      providers,
      keeper: this.keeper,
      money: {
        duplicatePayments: this.#options.duplicate_payments ?? 'refund',
        latePayments: this.#options.late_payments ?? 'review',
      },
      log: this.#log,
      ...(fetch ? { fetch } : {}),
    }).catch(error => {
      this.#own = null
      throw error
    })
    return this.#own
  }
}

function checkIds(providers: readonly PaymentProvider[]): void {
  const seen = new Set<string>()
  for (const { id } of providers) {
    if (id.trim() === '') throw new TypeError('payment provider id is required')
    if (seen.has(id)) throw new TypeError(`Duplicate payment provider: ${id}`)
    seen.add(id)
  }
}
