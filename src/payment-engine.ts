import type { Logger } from 'pino'
import { SharedBudget, within } from './calls/budget.ts'
import { CallError } from './calls/call-error.ts'
import { type Fetch, guardedFetch } from './calls/guarded-fetch.ts'
import type { MoneyPolicy } from './core/policy.ts'
import { connect, databaseNow } from './db/connection.ts'
import { migrateDatabase } from './db/migrate.ts'
import { dodoCustomerOf } from './db/queries/customers.ts'
import type { PaymentEngine } from './http/topup/parts.ts'
import { Ingest } from './inbox/ingest.ts'
import { runStray } from './inbox/run-stray.ts'
import { runWrites } from './inbox/run-writes.ts'
import { Worker } from './inbox/worker.ts'
import { createLagoClient } from './lago/client.ts'
import type { TopupKeeper } from './steps/topup-keeper.ts'
import { DatabaseTime, realPace } from './time.ts'
import { EventWatch } from './topup/event-watch.ts'
import type { PaymentGateway, PaymentProvider } from './topup/provider.ts'
import { topupRunner, type Way } from './topup/runner.ts'

type EngineOptions = {
  databaseUrl: string
  providers: readonly PaymentProvider[]
  keeper: TopupKeeper
  money: { duplicatePayments: MoneyPolicy; latePayments: MoneyPolicy }
  log: Logger
  fetch?: Fetch
}

export type RunningEngine = PaymentEngine & { stop(): Promise<void> }

const PATIENCE = { maxAttempts: 20, backoffMs: 1_000, backoffMaxMs: 3_600_000 }

/** What a payment service of its own runs on: a database, the inbox and a worker, without a Lago. */
export async function startPaymentEngine(options: EngineOptions): Promise<RunningEngine> {
  const { databaseUrl, providers, keeper, money, log, fetch = globalThis.fetch } = options
  await migrateDatabase(databaseUrl)
  const sql = connect(databaseUrl, { max: 10, applicationName: 'payment-service' })
  const time = new DatabaseTime(await databaseNow(sql))
  const ways = new Map<string, Way>()
  for (const provider of providers) {
    const rate = { name: provider.id, ...within(provider.requestsPerMinute, 60) }
    const budget = new SharedBudget(sql, time, rate)
    const { timeoutMs } = provider
    const guarded = guardedFetch({ system: 'dodo', budget: budget.express, timeoutMs, fetch })
    const fault = provider.unavailable() ? null : await provider.fault(guarded)
    if (fault) log.error({ provider: provider.id, fault }, 'the product cannot be used')
    ways.set(provider.id, { provider, gateway: provider.connect(guarded), fault })
  }
  const base = {
    sql,
    writes: runWrites(sql),
    log,
    lago: noLago(),
    licence: { missing: () => true, noteMissing: async () => {} },
    dodoCustomerOf: (id: string) => dodoCustomerOf(sql, id),
    now: () => time.now(),
    patience: { ...PATIENCE, random: Math.random },
    notify: false,
    topups: keeper,
  }
  const [first] = [...ways.values()]
  const worker = new Worker({
    sql,
    time,
    log,
    concurrency: 8,
    leaseMs: 30_000,
    pollMs: 1_000,
    runners: {
      topup: topupRunner({ base, money, ways }),
      ...(first
        ? {
            stray: claim =>
              runStray(claim, { ...base, dodo: first.gateway, policy: strayPolicy(first, money) }),
          }
        : {}),
    },
  })
  worker.start()
  return {
    sql,
    time,
    pace: realPace,
    ingest: new Ingest(sql, time, () => worker.kick()),
    watch: new EventWatch(sql, time),
    gateway: provider => gatewayOf(ways, provider),
    kick: () => worker.kick(),
    async stop() {
      await worker.stop()
      await sql.end({ timeout: 1 })
    },
  }
}

export function gatewayOf(ways: ReadonlyMap<string, Way>, { id }: PaymentProvider): PaymentGateway {
  const way = ways.get(id)
  if (!way) throw new Error(`no way to ${id}`)
  return way.gateway
}

const strayPolicy = ({ provider }: Way, money: EngineOptions['money']) => ({
  ...money,
  taxMode: provider.taxMode,
  products: new Map<string, string>(),
  unfitProducts: new Map<string, string>(),
  payLinkBase: '',
  retrySchedule: [],
})

/** Nothing here belongs to a Lago: whoever asks it all the same gets no answer. */
const noLago = () =>
  createLagoClient({
    apiUrl: 'http://lago.invalid/api/v1',
    apiKey: 'none',
    fetch: async () => {
      throw new CallError('refused', 'lago', 'any', null, 'no_lago', 'there is no Lago here')
    },
  })
