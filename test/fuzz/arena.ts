import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBridgeProcess } from '../../sandbox/demo/bridge-process.ts'
import { startPair } from '../../sandbox/pair.ts'
import { connect, type Sql } from '../../src/db/connection.ts'
import { freshDatabase } from '../support/database.ts'
import { ADMIN_TOKEN, AUDIENCE, buy, USER_SECRET } from './buy.ts'
import { gather } from './gather.ts'
import type { Material } from './material.ts'

/** The real program in a process of its own, between two fakes, with a past. */
export type Arena = {
  port: number
  sql: Sql
  material: Material
  /** Where a checkout may be. */
  checkouts: string
  /** How many requests the program has made of both sides so far, but for Lago's public key. */
  calls(): number
  /** How often it has asked for Lago's public key: a token made for its very body may bring it to that. */
  keyRequests(): number
  residentBytes(): number
  isAlive(): boolean
  tail(lines: number): Promise<string>
  stop(): Promise<void>
}

export async function openArena(): Promise<Arena> {
  const directory = await mkdtemp(join(tmpdir(), 'bridge-fuzz-'))
  const databaseUrl = await freshDatabase()
  const port = freePort()
  const url = `http://127.0.0.1:${port}`
  const pair = startPair({ bridge: url })
  const bridge = await startBridgeProcess(
    url,
    {
      ...pair.settings,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      // Lago signs with the name it has for itself.
      LAGO_JWT_ISSUER: pair.lagoUrl,
      LAGO_REQUESTS_PER_SECOND: '10000',
      DODO_REQUESTS_PER_MINUTE: '100000',
      POLL_INTERVAL: '100ms',
      // What fails for good is given up within the run.
      STEP_BACKOFF: '10ms',
      STEP_BACKOFF_MAX: '50ms',
      STEP_MAX_ATTEMPTS: '3',
      SWEEP_INTERVAL: '7d',
      LOG_LEVEL: 'warn',
      BALANCE: 'ledger',
      USER_TOKEN_SECRET: USER_SECRET,
      USER_TOKEN_AUDIENCE: AUDIENCE,
      ADMIN_TOKEN,
      TOPUP_MAX_OPEN: '10000',
    },
    directory,
  )
  let alive = true
  void bridge.ended.then(() => {
    alive = false
  })
  const keyRequests = () => pair.lago.faults.calls.byRoute()['GET /api/v1/webhooks/json_public_key'] ?? 0
  const sql = connect(databaseUrl, { max: 2, applicationName: 'fuzz' })
  return {
    port,
    sql,
    material: { ...(await gather(pair, sql)), topups: await buy(url, sql) },
    checkouts: pair.dodoUrl,
    calls: () => pair.lago.faults.calls.total + pair.dodo.faults.calls.total - keyRequests(),
    keyRequests,
    residentBytes: () => residentBytes(bridge.pid),
    isAlive: () => alive,
    tail: lines => bridge.tail(lines),
    async stop() {
      await bridge.stop()
      await Promise.all([pair.stop(), sql.end({ timeout: 1 })])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function residentBytes(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = probe
  probe.stop(true)
  return port
}
