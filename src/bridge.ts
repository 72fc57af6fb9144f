import type { Logger } from 'pino'
import { assemble, LAGO_MAX_BYTES } from './assemble.ts'
import type { Fetch } from './calls/guarded-fetch.ts'
import type { Config } from './config.ts'
import { connect, connectPatiently, databaseNow, type Sql } from './db/connection.ts'
import { appliedMigrations, migrateDatabase } from './db/migrate.ts'
import { serve } from './http/serve.ts'
import type { Worker } from './inbox/worker.ts'
import { NoticeSender } from './notify/sender.ts'
import { Sweeper } from './reconcile/sweeper.ts'
import type { Systems } from './systems.ts'
import { DatabaseTime } from './time.ts'

/** Products that Dodo did not show at the start are asked for again this often. */
const PRODUCTS_EVERY_MS = 60_000

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

  const { app, worker, products, systems, sweep } = await assemble({
    config,
    sql,
    time,
    log,
    fetch,
    checks: worker => [
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
  const sweeps = connectPatiently(config.databaseUrl, { max: 1, applicationName: 'lago-dodo-bridge sweep' })
  const sweeper = new Sweeper({
    ...sweep,
    sql: sweeps,
    holder: crypto.randomUUID(),
    everyMs: config.sweep.intervalMs,
    kick: () => worker.kick(),
  })
  const sender = config.notify
    ? new NoticeSender({ sql, time, log, ...config.notify, pollMs: config.worker.pollMs })
    : null
  // What is stored kicks the worker, started or not.
  if (workers) worker.start()
  else await worker.stop()
  if (workers) sender?.start()
  if (workers && doors) await sweeper.start()
  const readProducts = setInterval(() => void products.run(), PRODUCTS_EVERY_MS)

  return {
    url: `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${server?.port}`,
    port: server?.port ?? config.port,
    sql,
    worker,
    systems,
    async stop() {
      clearInterval(readProducts)
      await server?.stop()
      await Promise.all([sweeper.stop(), sender?.stop(), worker.stop()])
      await Promise.all([sql.end({ timeout: 1 }), sweeps.end({ timeout: 1 })])
    },
  }
}
