import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { printedSettings } from '../sandbox/printed-settings.ts'
import { freePort, startEmbedded } from '../src/db/embedded.ts'
import { DatabaseMeter, postgresSeconds, processorSeconds, residentMb } from './meters.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

const ROOT = resolve(import.meta.dir, '..')

/** The whole setting of a measurement: database, sandbox and service, each in processes of its own. */
export type Stage = {
  bridge: string
  lago: string
  dodo: string
  databaseUrl: string
  meter: DatabaseMeter
  /** Resident memory of the service, in megabytes. */
  memory(): Promise<number>
  /** Processor time used so far, in seconds. */
  processor(): Promise<{ bridge: number; sandbox: number; postgres: number }>
  end(): Promise<void>
}

/** `settings`: environment variables of the service beyond those of the sandbox. */
export async function setStage(settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'bridge-bench-'))
  const database = await startEmbedded({
    directory,
    persistent: false,
    settings: {
      shared_preload_libraries: 'pg_stat_statements',
      max_connections: '200',
    },
  })
  const [bridgePort, lagoPort, dodoPort] = [await freePort(), await freePort(), await freePort()]
  const [bridge, lago, dodo] = [bridgePort, lagoPort, dodoPort].map(port => `http://127.0.0.1:${port}`) as [
    string,
    string,
    string,
  ]
  const sandbox = start(
    ['sandbox/main.ts', '--bridge', bridge, '--lago-port', `${lagoPort}`, '--dodo-port', `${dodoPort}`],
    {},
    'pipe',
  )
  const service = start(
    ['src/main.ts'],
    {
      ...(await printedSettings(sandbox.stdout)),
      PORT: String(bridgePort),
      DATABASE_URL: database.url,
      LOG_LEVEL: 'warn',
      ...settings,
    },
    'inherit',
  )
  await until(async () => (await fetch(`${bridge}/readyz`).catch(() => null))?.ok === true, 60_000)
  const meter = await DatabaseMeter.open(database.url)
  const end = async () => {
    for (const signal of SIGNALS) process.off(signal, stopEarly)
    await meter.end()
    for (const process of [service, sandbox]) process.kill('SIGTERM')
    await Promise.all([service.exited, sandbox.exited])
    await database.stop()
    await rm(directory, { recursive: true, force: true })
  }
  const stopEarly = () => void end().finally(() => process.exit(1))
  for (const signal of SIGNALS) process.on(signal, stopEarly)
  return {
    bridge,
    lago,
    dodo,
    databaseUrl: database.url,
    meter,
    memory: () => residentMb(service.pid),
    processor: async () => ({
      bridge: await processorSeconds([service.pid]),
      sandbox: await processorSeconds([sandbox.pid]),
      postgres: await postgresSeconds(directory),
    }),
    end,
  }
}

function start<Out extends 'pipe' | 'inherit'>(args: string[], env: Record<string, string>, stdout: Out) {
  return Bun.spawn([process.execPath, ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdin: 'ignore',
    stdout,
    stderr: 'inherit',
  })
}

export async function until(holds: () => Promise<boolean>, withinMs = 600_000, everyMs = 50): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it took more than ${withinMs / 1000} s`)
    await Bun.sleep(everyMs)
  }
}

export async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
}

/** Works the items off in so many lanes. */
export async function each<T>(
  items: Iterable<T>,
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]()
  const lane = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** The checkouts that nobody has paid in, the oldest first. */
export async function openSessions({ meter }: Stage, most = 100_000): Promise<{ id: string }[]> {
  return await meter.sql<{ id: string }[]>`
    select s.id from sessions s where not exists (select 1 from payments p where p.session_id = s.id)
    order by s.created_at limit ${most}`
}
