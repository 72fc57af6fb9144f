import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Sql } from '../../src/db/connection.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { type Pair, startPair } from '../pair.ts'
import { type BridgeProcess, startBridgeProcess } from './bridge-process.ts'

/** Everything the story plays on: both fakes, a real Postgres, and the bridge as a process of its own. */
export type Stage = Pick<Pair, 'lago' | 'dodo' | 'lagoUrl' | 'dodoUrl'> & {
  bridgeUrl: string
  bridge: BridgeProcess
  sql: Sql
  /** Ends and removes all of it; safe to call twice. */
  stop(): Promise<void>
}

/** Starts all of it on free ports and temporary directories. `tell` hears what is being waited for. */
export async function setStage(tell: <T>(what: string, work: Promise<T>) => Promise<T>): Promise<Stage> {
  const closing: (() => Promise<unknown>)[] = []
  let stopped: Promise<void> | null = null
  const stop = () => {
    stopped ??= closeAll(closing)
    return stopped
  }
  try {
    const directory = await mkdtemp(join(tmpdir(), 'lago-dodo-demo-'))
    closing.push(() => rm(directory, { recursive: true, force: true }))
    const databaseDirectory = await mkdtemp(join(tmpdir(), 'lago-dodo-demo-postgres-'))
    closing.push(() => rm(databaseDirectory, { recursive: true, force: true }))
    const database = await tell(
      'starting Postgres',
      startEmbedded({ directory: databaseDirectory, persistent: false }),
    )
    closing.push(() => database.stop())

    const port = freePort()
    const bridgeUrl = `http://127.0.0.1:${port}`
    const pair = startPair({ bridge: bridgeUrl })
    closing.push(() => pair.stop())
    const settings = {
      ...pair.settings,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: database.url,
      POLL_INTERVAL: '200ms',
    }
    const bridge = await tell('starting the bridge', startBridgeProcess(bridgeUrl, settings, directory))
    closing.push(() => bridge.stop())
    const sql = connect(database.url, { max: 2, applicationName: 'demo' })
    closing.push(() => sql.end({ timeout: 1 }))
    const { lago, dodo, lagoUrl, dodoUrl } = pair
    return { lago, dodo, lagoUrl, dodoUrl, bridgeUrl, bridge, sql, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** In the reverse order of the start; what fails to end must not keep the rest running. */
async function closeAll(closing: (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closing.reverse()) await close().catch(() => {})
}

function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = probe
  probe.stop(true)
  return port
}
