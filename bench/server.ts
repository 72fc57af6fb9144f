import { Hono } from 'hono'
import pino from 'pino'
import { startBridge } from '../src/bridge.ts'
import { formatProblems, loadConfig } from '../src/config.ts'
import { webhookDoor } from '../src/http/webhook-door.ts'
import { lagoVerifier, PublicKeySource } from '../src/lago/verify-webhook.ts'
import { readLagoWebhook } from '../src/lago/webhook.ts'

/**
 * The server that is measured, in a process of its own. `store`: the bridge, whose worker is off. `work`: with it.
 * `parse`: the same door and checks, but the delivery is forgotten. Prints its port when it is ready.
 */
const [mode = ''] = process.argv.slice(2)
const loaded = loadConfig()
if (!loaded.ok) throw new Error(formatProblems(loaded.problems))
const { config } = loaded
const log = pino({ level: 'silent' })
console.log(mode === 'parse' ? parseOnly() : await bridge())

async function bridge(): Promise<number> {
  const { port } = await startBridge({
    config: { ...config, databaseUrl: config.databaseUrl ?? '', port: 0 },
    log,
    workers: mode === 'work',
  })
  return port
}

function parseOnly(): number | undefined {
  const door = webhookDoor({
    source: 'lago',
    maxBytes: 16 * 1024 * 1024,
    verify: lagoVerifier({
      hmacKeys: config.lago.hmacKeys,
      issuer: null,
      publicKey: new PublicKeySource(() => Promise.reject(new Error('no key is needed here'))),
    }),
    read: readLagoWebhook,
    ingest: { store: async ({ claimedKey }) => ({ outcome: 'stored', payableKey: claimedKey }) },
    log,
  })
  const app = new Hono().route('/webhooks/lago', door)
  return Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: app.fetch }).port
}
