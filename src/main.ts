import { startBridge } from './bridge.ts'
import { formatProblems, loadConfig } from './config.ts'
import { startEmbedded } from './db/embedded.ts'
import { createLogger } from './log.ts'

const loaded = loadConfig()
if (!loaded.ok) {
  console.error(formatProblems(loaded.problems))
  process.exit(1)
}
const { config, warnings } = loaded
const log = createLogger(config)
for (const warning of warnings) log.warn(warning)

const embedded =
  config.databaseUrl === null ? await startEmbedded({ directory: '.data/postgres', persistent: true }) : null
const databaseUrl = config.databaseUrl ?? embedded?.url ?? ''
const bridge = await startBridge({ config: { ...config, databaseUrl }, log })
log.info(
  {
    url: bridge.url,
    publicUrl: config.publicUrl,
    embedded: embedded !== null,
    mode: config.dodo.environment,
  },
  'ready',
)

let stopping = false
async function stop(signal: string): Promise<void> {
  if (stopping) return
  stopping = true
  log.info({ signal }, 'stopping: taking nothing more, finishing what runs')
  await bridge.stop()
  await embedded?.stop()
  log.info('stopped')
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // The embedded Postgres would end the process on a signal of its own accord, before anything was finished.
  process.removeAllListeners(signal)
  process.on(signal, () => void stop(signal))
}
