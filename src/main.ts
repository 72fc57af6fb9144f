import { type Bridge, startBridge } from './bridge.ts'
import { formatProblems, loadConfig } from './config.ts'
import { type EmbeddedDatabase, startEmbedded } from './db/embedded.ts'
import { createLogger } from './log.ts'

const loaded = loadConfig()
if (!loaded.ok) {
  console.error(formatProblems(loaded.problems))
  process.exit(1)
}
const { config, warnings } = loaded
const log = createLogger(config)
for (const warning of warnings) log.warn(warning)

let embedded: EmbeddedDatabase | null = null
let bridge: Bridge | null = null
let stopping = false
async function stop(signal: string): Promise<void> {
  if (stopping) return
  stopping = true
  log.info({ signal }, 'stopping: taking nothing more, finishing what runs')
  await bridge?.stop()
  await embedded?.stop()
  log.info('stopped')
  process.exit(0)
}
function listenForTheEnd(): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // The embedded Postgres would end the process on a signal of its own accord, before anything was finished.
    process.removeAllListeners(signal)
    process.on(signal, () => void stop(signal))
  }
}

// Whatever nobody waited for, the work list has it still: that is a line in the log, and no end.
process.on('unhandledRejection', err => log.error({ err }, 'something failed that nobody waited for'))

// As the first process of a container it is not ended by a signal that it does not listen to.
listenForTheEnd()
try {
  if (config.databaseUrl === null) {
    embedded = await startEmbedded({ directory: '.data/postgres', persistent: true })
    listenForTheEnd()
  }
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? ''
  bridge = await startBridge({ config: { ...config, databaseUrl }, log })
  const mode = config.dodo.environment
  log.info({ url: bridge.url, publicUrl: config.publicUrl, embedded: embedded !== null, mode }, 'ready')
} catch (err) {
  log.fatal({ err }, 'it could not start')
  await embedded?.stop()
  process.exit(1)
}
