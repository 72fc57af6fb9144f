import { parseArgs } from 'node:util'
import { startPair } from './pair.ts'

const HELP = `bun run sandbox [options]        a fake Lago and a fake Dodo, for a bridge of your own

  --bridge URL      where the bridge is reached; webhooks are sent there   (http://localhost:3000)
  --lago-port N     where the fake Lago listens                            (4001)
  --dodo-port N     where the fake Dodo listens                            (4002)
  --host ADDRESS    the interface both listen on                           (127.0.0.1)
  --dodo-url URL    where checkout links point, behind a proxy             (where it listens)

Each can be an environment variable too: SANDBOX_BRIDGE, SANDBOX_LAGO_PORT, SANDBOX_DODO_PORT, SANDBOX_HOST,
SANDBOX_DODO_URL. Nobody asks for a password here: keep it on a network you trust.`

const { values } = parseArgs({
  options: {
    bridge: { type: 'string', default: process.env['SANDBOX_BRIDGE'] ?? 'http://localhost:3000' },
    'lago-port': { type: 'string', default: process.env['SANDBOX_LAGO_PORT'] ?? '4001' },
    'dodo-port': { type: 'string', default: process.env['SANDBOX_DODO_PORT'] ?? '4002' },
    host: { type: 'string', default: process.env['SANDBOX_HOST'] ?? '127.0.0.1' },
    'dodo-url': { type: 'string', default: process.env['SANDBOX_DODO_URL'] ?? '' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}

const bridge = values.bridge.replace(/\/+$/, '')
const pair = start()
const settings = Object.entries(pair.settings).map(([name, value]) => `${name}=${value}`)

console.log(`Lago sandbox   ${pair.lagoUrl}   make an invoice there, and see what becomes of it
Dodo sandbox   ${pair.dodoUrl}   shows the checkout pages; ${pair.dodoUrl}/_sandbox/state tells all
Webhooks go to ${bridge}/webhooks/lago and ${bridge}/webhooks/dodo

The settings of a bridge for it (with the default ports the same as sandbox/bridge.env):

${settings.join('\n')}
`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void pair.stop().then(() => process.exit(0)))
}

function start() {
  try {
    return startPair({
      bridge,
      hostname: values.host,
      lagoPort: Number(values['lago-port']),
      dodoPort: Number(values['dodo-port']),
      dodoUrl: values['dodo-url'] === '' ? undefined : values['dodo-url'],
    })
  } catch (error) {
    console.error(`The sandbox could not start: ${error instanceof Error ? error.message : error}`)
    process.exit(1)
  }
}
