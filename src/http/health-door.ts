import { Hono } from 'hono'

export type Check = { name: string; run(): Promise<string | null> }

/** A check may take this long before it counts as failed. */
const PATIENCE_MS = 2_000

/**
 * `/healthz`: the process answers. `/readyz`: it can do its work; each check says what is wrong, or nothing.
 * A load balancer asks the second, a supervisor the first: a database that is away must not restart us.
 */
export function healthDoor(checks: readonly Check[]): Hono {
  const app = new Hono()
  app.get('/healthz', c => c.json({ status: 'ok' }))
  app.get('/readyz', async c => {
    const results = await Promise.all(checks.map(async ({ name, run }) => [name, await within(run)] as const))
    const ready = results.every(([, fault]) => fault === null)
    const detail = Object.fromEntries(results.map(([name, fault]) => [name, fault ?? 'ok']))
    return c.json({ status: ready ? 'ready' : 'not ready', checks: detail }, ready ? 200 : 503)
  })
  return app
}

async function within(run: Check['run']): Promise<string | null> {
  const late = new Promise<string>(resolve => setTimeout(() => resolve('no answer in time'), PATIENCE_MS))
  return Promise.race([run().catch(error => (error instanceof Error ? error.message : String(error))), late])
}
