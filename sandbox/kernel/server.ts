import { ConnectionReset } from './connection.ts'
import type { Handler } from './pipeline.ts'

export interface Serving {
  url: string
  port: number
  stop(): Promise<void>
}

export interface ServeOptions {
  /** 0: any free one. */
  port?: number
  hostname?: string
}

/** Serves a handler over real HTTP. A `ConnectionReset` it throws becomes a real reset: the client reads no byte. */
export function serve(handler: Handler, { port = 0, hostname = '127.0.0.1' }: ServeOptions = {}): Serving {
  const server = Bun.serve({
    port,
    hostname,
    // A hanging answer is a fault the sandbox offers; the server must not end it early.
    idleTimeout: 0,
    development: false,
    fetch: async request => {
      try {
        return await handler(request)
      } catch (error) {
        if (error instanceof ConnectionReset || request.signal.aborted) return dropped()
        console.error(error)
        return new Response('the sandbox itself failed', { status: 500 })
      }
    },
  })
  const bound = server.port ?? port
  return {
    url: `http://${hostname}:${bound}`,
    port: bound,
    stop: () => server.stop(true),
  }
}

/** Bun closes the socket with a reset when a body fails before its first byte. */
function dropped(): Response {
  return new Response(
    new ReadableStream({
      start: controller => controller.error(undefined),
    }),
  )
}
