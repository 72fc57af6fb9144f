import { createServer, type Server, type Socket, connect as tcp } from 'node:net'

type Line = { near: Socket; far: Socket; silent: boolean; held: (() => void)[] }

/** A piece of network: bytes go through it until they are told not to. */
export class Wire {
  readonly #lines = new Set<Line>()
  #server: Server | null = null
  #silent = false
  #port = 0

  /** `target`: the port on this machine that it leads to. */
  constructor(private target: number) {}

  get port(): number {
    return this.#port
  }

  async start(): Promise<this> {
    const server = createServer({ allowHalfOpen: true }, near => this.#connect(near))
    this.#server = server
    await new Promise<void>((listening, failed) => {
      server.once('error', failed)
      server.listen(this.#port, '127.0.0.1', listening)
    })
    const address = server.address()
    this.#port = address && typeof address === 'object' ? address.port : 0
    return this
  }

  /** Leads elsewhere from the next connection on. */
  lead(target: number): void {
    this.target = target
  }

  /** Nothing goes through any more, nothing is refused and nothing ends: neither side learns of it. */
  silence(): void {
    this.#silent = true
    for (const line of this.#lines) line.silent = true
  }

  /** What was held back arrives. */
  restore(): void {
    this.#silent = false
    for (const line of this.#lines) {
      line.silent = false
      for (const act of line.held.splice(0)) act()
    }
  }

  /** New connections go through; of the old ones nothing is ever heard again, on either side. */
  forget(): void {
    this.#silent = false
  }

  /** Every connection is broken, once. */
  hangUp(): void {
    for (const { near, far } of this.#lines) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
    this.#lines.clear()
  }

  stop(): void {
    this.#server?.close()
    for (const { near, far } of this.#lines) {
      near.destroy()
      far.destroy()
    }
    this.#lines.clear()
  }

  #connect(near: Socket): void {
    const far = tcp({ port: this.target, host: '127.0.0.1', allowHalfOpen: true })
    const line: Line = { near, far, silent: this.#silent, held: [] }
    this.#lines.add(line)
    this.#carry(line, near, far)
    this.#carry(line, far, near)
  }

  #carry(line: Line, from: Socket, to: Socket): void {
    const act = (what: () => void) => (line.silent ? line.held.push(what) : what())
    from.on('data', chunk => act(() => to.write(chunk)))
    from.on('end', () => act(() => to.end()))
    from.on('error', () => act(() => to.resetAndDestroy()))
    from.on('close', () =>
      act(() => {
        to.end()
        if (to.destroyed) this.#lines.delete(line)
      }),
    )
  }
}
