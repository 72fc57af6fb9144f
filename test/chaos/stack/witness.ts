/** Sees calls of one replica go by to Lago or Dodo, before they take effect and after; true: nothing more gets through. */
export class Witness {
  see: (moment: string) => boolean = () => false
  readonly #server

  constructor(private readonly target: number) {
    this.#server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      idleTimeout: 60,
      fetch: request => this.#pass(request),
    })
  }

  get port(): number {
    return this.#server.port ?? 0
  }

  stop(): Promise<void> {
    return this.#server.stop(true)
  }

  async #pass(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    const call = `${request.method} /${pathname.replace('/api/v1', '').split('/')[1]}`
    if (this.see(`before ${call}`)) return new Response(null, { status: 500 })
    const body = request.method === 'GET' ? null : await request.arrayBuffer()
    const answer = await fetch(`http://127.0.0.1:${this.target}${pathname}${search}`, {
      method: request.method,
      headers: request.headers,
      body,
    })
    const bytes = await answer.arrayBuffer()
    if (this.see(`after ${call}`)) return new Response(null, { status: 500 })
    return new Response(bytes, { status: answer.status, headers: answer.headers })
  }
}
