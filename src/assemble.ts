import type { Hono } from 'hono'
import type { Logger } from 'pino'
import type { Fetch } from './calls/guarded-fetch.ts'
import type { Config } from './config.ts'
import type { TopupId } from './core/ids.ts'
import type { Policy } from './core/policy.ts'
import type { Sql } from './db/connection.ts'
import { dodoCustomerOf } from './db/queries/customers.ts'
import { dodoVerifier } from './dodo/verify-webhook.ts'
import { readDodoWebhook } from './dodo/webhook.ts'
import { createApp } from './http/app.ts'
import type { Check } from './http/health-door.ts'
import { Ingest } from './inbox/ingest.ts'
import { type RunContext, runPayable } from './inbox/run.ts'
import { runStray } from './inbox/run-stray.ts'
import { runWrites } from './inbox/run-writes.ts'
import { Worker } from './inbox/worker.ts'
import { lagoVerifier, PublicKeySource } from './lago/verify-webhook.ts'
import { readLagoWebhook } from './lago/webhook.ts'
import { ProductCheck } from './products.ts'
import type { SweepContext } from './reconcile/sweep.ts'
import { licenceMemory } from './steps/licence.ts'
import { createSystems, type Systems } from './systems.ts'
import { type Pace, realPace, type Time } from './time.ts'
import { EventWatch } from './topup/event-watch.ts'
import { topupOfCredit } from './topup/topup-of-credit.ts'
import { createTopups } from './topups.ts'

/** The largest bodies taken: an invoice may have thousands of fees, a payment is small. */
export const LAGO_MAX_BYTES = 16 * 1024 * 1024
const DODO_MAX_BYTES = 1024 * 1024

/** A start waits this long for Dodo to show the products; what comes later counts from then on. */
const PRODUCTS_WITHIN_MS = 3_000

/** All that the service gets from outside: with other surroundings it is the same service. */
export type Surroundings = {
  config: Config
  sql: Sql
  time: Time
  log: Logger
  fetch: Fetch
  pace?: Pace
  /** Names new top-ups. */
  newTopupId?: () => TopupId
  /** What the health door asks. */
  checks(worker: Worker): readonly Check[]
}

export type Parts = {
  app: Hono
  worker: Worker
  /** What it calls Lago and Dodo by, behind everything urgent. */
  systems: Systems
  sweep: SweepContext
  products: ProductCheck
}

/** Puts the parts of the service together; nothing runs yet, and nobody listens. */
export async function assemble(surroundings: Surroundings): Promise<Parts> {
  const { config, sql, time, log, fetch, pace = realPace, newTopupId, checks } = surroundings
  const { routine, express } = createSystems(config, { sql, time, fetch, pace })
  const products = new ProductCheck(express.dodo, config.products, config.taxMode, log)
  await Promise.race([products.run(), pace.sleep(PRODUCTS_WITHIN_MS)])
  const policy: Policy = {
    ...config,
    unfitProducts: products.faults,
    payLinkBase: `${config.publicUrl}/pay/`,
  }

  const common = {
    sql,
    writes: runWrites(sql),
    log,
    policy,
    licence: await licenceMemory(sql, time),
    dodoCustomerOf: (id: string) => dodoCustomerOf(sql, id),
    now: () => time.now(),
    patience: { ...config.worker, random: pace.random },
    notify: config.notify !== null,
    topupOfCredit: (id: string) => topupOfCredit(id, { sql, lago: express.wallets }),
  }
  const contextFor = (urgent: boolean): RunContext => ({ ...common, ...(urgent ? express : routine) })
  const kick = () => worker.kick()
  const ingest = new Ingest(sql, time, kick)
  const topups =
    config.topup.balance === 'off'
      ? null
      : await createTopups({
          ...{ config, sql, time, pace, log, newTopupId },
          systems: express,
          base: common,
          engine: { ingest, kick, watch: new EventWatch(sql, time, pace) },
        })
  const worker: Worker = new Worker({
    sql,
    time,
    log,
    ...config.worker,
    runners: {
      invoice: async (claim, known) =>
        known ? runPayable(claim, known, contextFor(claim.urgent)) : undefined,
      ...(topups ? { topup: topups.runner } : {}),
      stray: claim => runStray(claim, contextFor(true)),
    },
  })

  const verifyLago = lagoVerifier({
    hmacKeys: config.lago.hmacKeys,
    issuer: config.lago.webhookAlgorithms.includes('jwt') ? config.lago.issuer : null,
    publicKey: new PublicKeySource(() => express.lago.publicKey()),
  })
  const verifyDodo = dodoVerifier(config.dodo.webhookKeys)
  const app = createApp({
    log,
    lago: {
      source: 'lago',
      maxBytes: LAGO_MAX_BYTES,
      verify: verifyLago,
      read: readLagoWebhook,
      ingest,
      log,
    },
    dodo: {
      source: 'dodo',
      maxBytes: DODO_MAX_BYTES,
      verify: (headers, body) => verifyDodo(headers, body, time.now()),
      read: (headers, body) => readDodoWebhook(headers, body, time.now()),
      ingest,
      log,
    },
    pay: { sql, time, pace, kick: () => worker.kick() },
    topups: topups?.app ?? null,
    checks: checks(worker),
  })
  return {
    app,
    worker,
    products,
    systems: routine,
    sweep: { ...common, ...routine, taxMode: config.taxMode },
  }
}
