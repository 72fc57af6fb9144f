type Answered = (upstream: number, path: string, status: number) => boolean

/** Stands before the replicas as a load balancer does: in turn, and past one that refuses the connection. */
export class Balancer {
  /** Called with every answer before it is passed on; true: it gets lost. */
  onAnswer: Answered = () => false
  #upstreams: readonly string[] = []
  #turn = 0
  readonly #server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 60,
    fetch: request => this.#pass(request),
  })

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`
  }

  lead(upstreams: readonly string[]): void {
    this.#upstreams = upstreams
  }

  stop(): Promise<void> {
    return this.#server.stop(true)
  }

  async #pass(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    const body = request.method === 'GET' ? null : await request.arrayBuffer()
    const { headers, method } = request
    const first = this.#turn++
    for (let tries = 0; tries < this.#upstreams.length; tries++) {
      const n = (first + tries) % this.#upstreams.length
      try {
        const target = `${this.#upstreams[n]}${pathname}${search}`
        const answer = await fetch(target, { method, headers, body, redirect: 'manual', keepalive: false })
        const bytes = await answer.arrayBuffer()
        if (this.onAnswer(n, pathname, answer.status)) return new Response('lost', { status: 502 })
        return new Response(bytes, { status: answer.status, headers: answer.headers })
      } catch (error) {
        const refused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
        if (!refused) return new Response('the connection broke', { status: 502 })
      }
    }
    return new Response('nobody there', { status: 502 })
  }
}
