import type { Logger } from 'pino'
import type { Fetch } from './calls/guarded-fetch.ts'
import type { Config } from './config.ts'
import type { Policy } from './core/policy.ts'
import { connect, databaseNow, type Sql } from './db/connection.ts'
import { appliedMigrations, migrateDatabase } from './db/migrate.ts'
import { dodoCustomerOf } from './db/queries/customers.ts'
import { dodoVerifier } from './dodo/verify-webhook.ts'
import { readDodoWebhook } from './dodo/webhook.ts'
import { createApp } from './http/app.ts'
import { serve } from './http/serve.ts'
import { Ingest } from './inbox/ingest.ts'
import { type RunContext, runPayable } from './inbox/run.ts'
import { runStray } from './inbox/run-stray.ts'
import { Worker } from './inbox/worker.ts'
import { lagoVerifier, PublicKeySource } from './lago/verify-webhook.ts'
import { readLagoWebhook } from './lago/webhook.ts'
import { NoticeSender } from './notify/sender.ts'
import { unfitProducts } from './products.ts'
import { Sweeper } from './reconcile/sweeper.ts'
import { licenceMemory } from './steps/licence.ts'
import { createSystems, type Systems } from './systems.ts'
import { DatabaseTime } from './time.ts'

/** The largest bodies taken: an invoice may have thousands of fees, a payment is small. */
const LAGO_MAX_BYTES = 16 * 1024 * 1024
const DODO_MAX_BYTES = 1024 * 1024

export type Bridge = {
  url: string
  port: number
  sql: Sql
  worker: Worker
  /** What it calls Lago and Dodo by, behind everything urgent. */
  systems: Systems
  /** Stops taking, finishes what runs, gives the leases back and closes the pool. */
  stop(): Promise<void>
}

type BridgeOptions = {
  config: Config & { databaseUrl: string }
  log: Logger
  fetch?: Fetch
  workers?: boolean
  /** Without doors it only works: for commands that wait until something is done. */
  doors?: boolean
}

/** Puts the whole service together and starts it. */
export async function startBridge({
  config,
  log,
  fetch = globalThis.fetch,
  workers = true,
  doors = true,
}: BridgeOptions): Promise<Bridge> {
  await migrateDatabase(config.databaseUrl)
  const sql = connect(config.databaseUrl, { max: config.databasePool })
  const time = new DatabaseTime(await databaseNow(sql))
  const migrations = await appliedMigrations(sql)

  const { routine, express } = createSystems(config, { sql, time, fetch })

  const policy: Policy = {
    ...config,
    unfitProducts: await unfitProducts(express.dodo, config.products, config.taxMode, log),
    payLinkBase: `${config.publicUrl}/pay/`,
  }
  for (const fault of policy.unfitProducts.values()) log.error({ fault }, 'a product cannot be used')

  const common = {
    sql,
    log,
    policy,
    licence: await licenceMemory(sql, time),
    dodoCustomerOf: (id: string) => dodoCustomerOf(sql, id),
    now: () => time.now(),
    patience: { ...config.worker, random: Math.random },
    notify: config.notify !== null,
  }
  const contextFor = (urgent: boolean): RunContext => ({ ...common, ...(urgent ? express : routine) })
  const worker = new Worker({
    sql,
    time,
    log,
    ...config.worker,
    runners: {
      invoice: async (claim, known) =>
        known ? runPayable(claim, known, contextFor(claim.urgent)) : undefined,
      stray: claim => runStray(claim, contextFor(true)),
    },
  })

  const ingest = new Ingest(sql, time, () => worker.kick())
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
    pay: { sql, time, kick: () => worker.kick() },
    checks: [
      { name: 'database', run: async () => ((await databaseNow(sql)) ? null : 'it does not tell the time') },
      {
        name: 'migrations',
        run: async () =>
          (await appliedMigrations(sql)) >= migrations ? null : 'the database is older than this version',
      },
      {
        name: 'worker',
        run: async () => (!workers || worker.isAlive() ? null : 'the work list was not reached lately'),
      },
    ],
  })
  const server = doors
    ? await serve({
        hostname: config.host,
        port: config.port,
        fetch: request => app.fetch(request),
        maxBodyBytes: LAGO_MAX_BYTES + 1024,
      })
    : null
  const sweeper = new Sweeper({
    ...common,
    ...routine,
    taxMode: config.taxMode,
    holder: crypto.randomUUID(),
    everyMs: config.sweep.intervalMs,
    kick: () => worker.kick(),
  })
  const sender = config.notify
    ? new NoticeSender({ sql, time, log, ...config.notify, pollMs: config.worker.pollMs })
    : null
  if (workers) worker.start()
  if (workers) sender?.start()
  if (workers && doors) await sweeper.start()

  return {
    url: `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${server?.port}`,
    port: server?.port ?? config.port,
    sql,
    worker,
    systems: routine,
    async stop() {
      await server?.stop()
      await Promise.all([sweeper.stop(), sender?.stop(), worker.stop()])
      await sql.end({ timeout: 1 })
    },
  }
}
