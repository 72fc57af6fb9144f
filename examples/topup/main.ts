import { createFakeDodo } from '../../sandbox/dodo/fake-dodo.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { createShop } from './shop.ts'

const WEBHOOK_KEY = 'whsec_ZXhhbXBsZS1vbmx5LW5vdC1hLXNlY3JldC1hdC1hbGw='

export type RunningShop = { url: string; stop(): Promise<void> }

/** Starts the shop with a sandbox of Dodo beside it. `port` 0: any free one. */
export async function startShop({
  databaseUrl,
  port,
}: {
  databaseUrl: string
  port: number
}): Promise<RunningShop> {
  const dodo = createFakeDodo()
  const sandbox = dodo.serve()
  const { product_id } = dodo.control.product({
    name: 'Credits',
    tax_category: 'saas',
    price: {
      type: 'one_time_price',
      currency: 'USD',
      price: 50,
      discount: 0,
      purchasing_power_parity: false,
      pay_what_you_want: true,
      tax_inclusive: true,
    },
  })

  let fetch = (_request: Request): Response | Promise<Response> => new Response('starting', { status: 503 })
  const server = Bun.serve({ hostname: '127.0.0.1', port, fetch: request => fetch(request) })
  const url = `http://127.0.0.1:${server.port}`
  const { app, payments } = createShop({
    databaseUrl,
    url,
    dodo: { apiKey: dodo.apiKey, apiBaseUrl: sandbox.url, productId: product_id, webhookKey: WEBHOOK_KEY },
  })
  await payments.start()
  fetch = request => app.fetch(request)
  await subscribe(sandbox.url, dodo.apiKey, `${url}/v1/payment/webhook`, id =>
    dodo.control.rotateWebhookSecret(id, WEBHOOK_KEY),
  )

  return {
    url,
    async stop() {
      await server.stop(true)
      await payments.stop()
      await sandbox.stop()
    },
  }
}

/** Tells Dodo where its events go, as one does in its dashboard. */
async function subscribe(api: string, key: string, url: string, keep: (id: string) => void): Promise<void> {
  const answer = await fetch(`${api}/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  })
  keep(((await answer.json()) as { id: string }).id)
}

if (import.meta.main) {
  const database = await startEmbedded({ directory: '.data/topup-example', persistent: true })
  const shop = await startShop({ databaseUrl: database.url, port: 4000 })
  console.log(`Open ${shop.url} and buy credits; nothing is charged. Ctrl-C ends it.`)
  process.on('SIGINT', async () => {
    await shop.stop()
    await database.stop()
    process.exit(0)
  })
}
