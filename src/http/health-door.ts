import { Hono } from 'hono'
import type { Logger } from 'pino'

export type Check = { name: string; run(): Promise<string | null> }

/** A check may take this long before it counts as failed. */
const PATIENCE_MS = 2_000

/**
 * `/healthz`: the process answers. `/readyz`: it can do its work; each check says what is wrong, or nothing. What an
 * error says may name addresses and users, and anybody may ask: it goes to the log. Who ask together get one answer.
 * A load balancer asks the second, a supervisor the first: a database that is away must not restart us.
 */
export function healthDoor(checks: readonly Check[], log: Logger): Hono {
  const app = new Hono()
  let running: ReturnType<typeof look> | null = null
  const look = () => Promise.all(checks.map(async check => [check.name, await within(check, log)] as const))
  app.get('/healthz', c => c.json({ status: 'ok' }))
  app.get('/readyz', async c => {
    running ??= look().finally(() => {
      running = null
    })
    const results = await running
    const ready = results.every(([, fault]) => fault === null)
    const detail = Object.fromEntries(results.map(([name, fault]) => [name, fault ?? 'ok']))
    return c.json({ status: ready ? 'ready' : 'not ready', checks: detail }, ready ? 200 : 503)
  })
  return app
}

async function within({ name, run }: Check, log: Logger): Promise<string | null> {
  let timer: Timer | undefined
  const late = new Promise<string>(resolve => {
    timer = setTimeout(() => resolve('no answer in time'), PATIENCE_MS)
  })
  const found = run().catch((error: unknown) => {
    log.warn({ check: name, err: error }, 'not ready')
    return 'it failed; the log says why'
  })
  return Promise.race([found, late]).finally(() => clearTimeout(timer))
}
