import { createFakeDodo, type FakeDodo } from '../../sandbox/dodo/fake-dodo.ts'
import { ConnectionReset } from '../../sandbox/kernel/connection.ts'
import type { Handler } from '../../sandbox/kernel/pipeline.ts'
import { type Serving, serve } from '../../sandbox/kernel/server.ts'
import { createFakeLago, type FakeLago } from '../../sandbox/lago/fake-lago.ts'
import { connect, type Sql } from '../../src/db/connection.ts'
import { freePort } from '../../src/db/embedded.ts'
import { freshDatabase } from '../support/database.ts'
import { eventually, HMAC_KEY, product, WEBHOOK_KEY } from '../support/world.ts'
import { PostgresProxy } from './postgres-proxy.ts'

/** Sees a moment of the bridge's work go by; true if the bridge was killed at it. */
type Witness = (moment: string) => boolean

/** Everything around a bridge that is a process of its own: both fakes, the database, and a proxy before each. */
export type Outside = {
  lago: FakeLago
  dodo: FakeDodo
  /** Straight to the database, past the proxy. */
  sql: Sql
  witness: { see: Witness }
  spawn(more?: Record<string, string>): Promise<BridgeProcess>
  stop(): Promise<void>
}

export type BridgeProcess = {
  url: string
  /** The exit code; null if a signal ended it. */
  exited: Promise<number | null>
  isDead(): boolean
  kill(signal: 'SIGKILL' | 'SIGTERM'): void
}

/** What a statement does, by how it begins. Polls that find nothing happen at any time and are not told apart. */
const STATEMENTS: [RegExp, string][] = [
  [/^with incoming as/, 'store'],
  [/^select p\.key, p\.kind, p\.state|^select p\.key, p\.state/, 'load'],
  [/^insert into intents/, 'begin'],
  [/\bended as \(/, 'end'],
  [/^with held as materialized \(\s+select g/, 'finish'],
  [/budgets/, 'budget'],
]

export async function startOutside(): Promise<Outside> {
  const databaseUrl = await freshDatabase()
  const witness: { see: Witness } = { see: () => false }
  const proxy = await new PostgresProxy(databaseUrl).start()
  proxy.onStatement = text => {
    const name = STATEMENTS.find(([pattern]) => pattern.test(text))?.[1]
    if (!name) return 'pass'
    if (witness.see(`before ${name}`)) return 'drop'
    return { answered: () => witness.see(`after ${name}`) }
  }
  const dodo = createFakeDodo()
  const lago = createFakeLago({ hmacKey: HMAC_KEY })
  const servers = [serve(witnessed(lago.fetch, witness)), serve(witnessed(dodo.fetch, witness))] as const
  const products = `USD:${product(dodo, 'USD')}`
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await subscribe(url, lago, dodo, servers[1])
  const sql = connect(databaseUrl, { max: 3 })
  const processes: BridgeProcess[] = []
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: proxy.url,
    LAGO_API_URL: servers[0].url,
    LAGO_API_KEY: lago.apiKey,
    LAGO_WEBHOOK_HMAC_KEY: HMAC_KEY,
    DODO_API_KEY: dodo.apiKey,
    DODO_API_BASE_URL: servers[1].url,
    DODO_WEBHOOK_KEY: WEBHOOK_KEY,
    DODO_PRODUCTS: products,
    DODO_REQUESTS_PER_MINUTE: '6000',
    LEASE: '1s',
    POLL_INTERVAL: '100ms',
    STEP_BACKOFF: '50ms',
    LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
  }
  return {
    lago,
    dodo,
    sql,
    witness,
    async spawn(more = {}) {
      const bridge = await spawnBridge(url, { ...env, ...more })
      processes.push(bridge)
      return bridge
    },
    async stop() {
      for (const bridge of processes) if (!bridge.isDead()) bridge.kill('SIGKILL')
      await Promise.all(processes.map(({ exited }) => exited))
      proxy.cut()
      await Promise.all([sql.end({ timeout: 1 }), ...servers.map(server => server.stop())])
    },
  }
}

async function spawnBridge(url: string, env: Record<string, string>): Promise<BridgeProcess> {
  const child = Bun.spawn([process.execPath, 'src/main.ts'], {
    cwd: new URL('../..', import.meta.url).pathname,
    env,
    // Not inherited for nothing: a process that outlives a test would keep its reader waiting.
    stdout: env['LOG_LEVEL'] === 'silent' ? 'ignore' : 'inherit',
    stderr: env['LOG_LEVEL'] === 'silent' ? 'ignore' : 'inherit',
  })
  await eventually(
    () =>
      fetch(`${url}/readyz`).then(
        answer => answer.status,
        () => 0,
      ),
    status => status === 200 || child.exitCode !== null,
    20_000,
  )
  return {
    url,
    exited: child.exited.then(() => child.exitCode),
    isDead: () => child.killed || child.exitCode !== null || child.signalCode !== null,
    kill: signal => child.kill(signal),
  }
}

/** A fake whose every call by the bridge is a moment before the work, and one after. */
const witnessed =
  (fetch: Handler, witness: { see: Witness }): Handler =>
  async request => {
    const call = `${request.method} /${new URL(request.url).pathname.replace('/api/v1', '').split('/')[1]}`
    if (witness.see(`before ${call}`)) throw new ConnectionReset()
    const answer = await fetch(request)
    if (witness.see(`after ${call}`)) throw new ConnectionReset()
    return answer
  }

async function subscribe(url: string, lago: FakeLago, dodo: FakeDodo, dodoServer: Serving) {
  lago.control.addWebhookEndpoint({ webhook_url: `${url}/webhooks/lago`, signature_algo: 'hmac' })
  const created = await fetch(`${dodoServer.url}/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${dodo.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: `${url}/webhooks/dodo` }),
  })
  const { id } = (await created.json()) as { id: string }
  dodo.control.rotateWebhookSecret(id, WEBHOOK_KEY)
}
