import type { Config } from '../../support/config.ts'
import { HMAC_KEY } from '../../support/world.ts'
import { ADMIN, USER_SECRET, WEBHOOK_KEY } from './shop.ts'

export type BridgeProcess = { url: string; kill(): Promise<void> }

/** Starts the bridge as a process of its own, so that it can be killed. */
export async function startProcess(config: Config & { databaseUrl: string }): Promise<BridgeProcess> {
  const port = await freePort()
  const child = Bun.spawn(['bun', new URL('../../../src/main.ts', import.meta.url).pathname], {
    env: {
      ...process.env,
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATABASE_URL: config.databaseUrl,
      LAGO_API_URL: config.lago.apiUrl,
      LAGO_API_KEY: config.lago.apiKey,
      LAGO_WEBHOOK_HMAC_KEY: HMAC_KEY,
      DODO_API_KEY: config.dodo.apiKey,
      DODO_API_BASE_URL: config.dodo.baseUrl ?? '',
      DODO_WEBHOOK_KEY: [WEBHOOK_KEY, ...config.dodo.webhookKeys].join(','),
      DODO_PRODUCT_ID: config.products.get('*') ?? config.products.get('USD') ?? '',
      DODO_REQUESTS_PER_MINUTE: '100000',
      ADMIN_TOKEN: ADMIN,
      BALANCE: config.topup.balance,
      USER_TOKEN_SECRET: USER_SECRET,
      TOPUP_MAX_OPEN: '1000',
      STEP_BACKOFF: '50ms',
      POLL_INTERVAL: '100ms',
      LEASE: '1s',
      LOG_LEVEL: 'silent',
    },
    stdout: 'ignore',
    stderr: 'inherit',
  })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries++) {
    const ready = await fetch(`${url}/healthz`).then(
      response => response.ok,
      () => false,
    )
    if (ready) break
    if (tries > 200 || child.exitCode !== null) throw new Error('the bridge did not start')
    await Bun.sleep(50)
  }
  return {
    url,
    async kill() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

async function freePort(): Promise<number> {
  const probe = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const { port } = probe
  await probe.stop(true)
  if (port === undefined) throw new Error('no free port')
  return port
}
