import type { Server as NodeServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Served = {
  port: number
  /** Takes nothing new and lets what runs finish; what has not after the patience is cut off. */
  stop(): Promise<void>
}

type ServeOptions = {
  hostname: string
  /** 0: any free one. */
  port: number
  fetch: (request: Request) => Response | Promise<Response>
  /** A larger body is refused before it is read, where the runtime can; the doors refuse it in any case. */
  maxBodyBytes: number
}

/** Longer than the longest wait behind any door: a connection with nothing on it for so long is closed, whoever is to blame. */
const IDLE_SECONDS = 20

/** Shorter than the ten seconds that container runtimes wait between SIGTERM and SIGKILL. */
const PATIENCE_MS = 8_000

/** Serves over HTTP with what the runtime has: Bun's own server, or Node's. Rejects when the port cannot be had. */
export const serve = (options: ServeOptions): Promise<Served> =>
  'Bun' in globalThis ? serveOnBun(options) : serveOnNode(options)

async function serveOnBun({ maxBodyBytes, ...options }: ServeOptions): Promise<Served> {
  const server = Bun.serve({ ...options, maxRequestBodySize: maxBodyBytes, idleTimeout: IDLE_SECONDS })
  return {
    port: server.port ?? options.port,
    stop: () =>
      patiently(
        () => server.stop(),
        () => void server.stop(true),
      ),
  }
}

async function serveOnNode({ hostname, port, fetch }: ServeOptions): Promise<Served> {
  const { createAdaptorServer } = await import('@hono/node-server')
  const server = createAdaptorServer({ fetch }) as NodeServer
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(port, hostname, listening)
  })
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      patiently(
        () => new Promise<void>(closed => server.close(() => closed())),
        () => server.closeAllConnections(),
      ),
  }
}

async function patiently(finish: () => Promise<void>, cutOff: () => void): Promise<void> {
  const late = setTimeout(cutOff, PATIENCE_MS)
  try {
    await finish()
  } finally {
    clearTimeout(late)
  }
}
