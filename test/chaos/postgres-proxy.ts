import { createServer, type Server, type Socket, connect as tcp } from 'node:net'

/**
 * Called before a statement is sent on. `drop`: neither it nor anything behind it arrives. `answered` is called when
 * the answer is there and before the bridge gets it; true: it never does.
 */
type OnStatement = (text: string) => 'pass' | 'drop' | { answered: () => boolean }

/** Stands between a bridge and a real Postgres: refuses, freezes, and sees every statement that goes by. */
export class PostgresProxy {
  onStatement: OnStatement = () => 'pass'
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  #frozen = false
  #port = 0

  constructor(private readonly target: string) {}

  async start(): Promise<this> {
    this.#server = createServer(client => this.#serve(client))
    await new Promise<void>(ready => this.#server?.listen(this.#port, '127.0.0.1', ready))
    const address = this.#server.address()
    this.#port = address && typeof address === 'object' ? address.port : 0
    return this
  }

  get url(): string {
    const url = new URL(this.target)
    url.port = String(this.#port)
    return url.toString()
  }

  /** Every connection is broken, and each new one refused, until `restore`. */
  cut(): void {
    this.#server?.close()
    this.#server = null
    this.hangUp()
  }

  /** Every connection is broken, once. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Connections stay, and nothing goes through any more. */
  freeze(): void {
    this.#frozen = true
  }

  /** New connections get through again; frozen ones are broken. */
  async restore(): Promise<void> {
    if (this.#frozen) this.hangUp()
    this.#frozen = false
    if (!this.#server) await this.start()
  }

  #serve(client: Socket): void {
    const { hostname, port } = new URL(this.target)
    const server = tcp(Number(port), hostname)
    const texts = new Map<string, string>()
    let started = false
    let asked = 0
    let answered = 0
    const awaited: { until: number | null; answered: () => boolean }[] = []
    let kept: Buffer[] = []
    let dropped = false

    const requests = messages((type, body) => {
      if (dropped || this.#frozen) return
      if (type === 'P') {
        const [name = '', text = ''] = strings(body)
        texts.set(name, text)
      }
      const text =
        type === 'B' ? texts.get(strings(body)[1] ?? '') : type === 'Q' ? strings(body)[0] : undefined
      if (text !== undefined) {
        const verdict = this.onStatement(text.replace(/\s+/g, ' ').trim())
        if (verdict === 'drop') dropped = true
        else if (verdict !== 'pass') awaited.push({ until: null, ...verdict })
      }
      if (type === 'S' || type === 'Q') {
        asked++
        for (const one of awaited) one.until ??= asked
      }
      if (!dropped) server.write(frame(type, body))
    })
    const answers = messages((type, body) => {
      if (type === 'Z') answered++
      if (this.#frozen || dropped) return
      kept.push(frame(type, body))
      while (awaited[0]?.until && answered >= awaited[0].until)
        if (awaited.shift()?.answered()) dropped = true
      if (dropped || awaited.length > 0) return
      client.write(Buffer.concat(kept))
      kept = []
    })

    client.on('data', (chunk: Buffer) => {
      if (started) return requests(chunk)
      started = true
      const length = chunk.readInt32BE(0)
      server.write(chunk.subarray(0, length))
      if (chunk.length > length) requests(chunk.subarray(length))
    })
    server.on('data', answers)
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
  }
}

/** Cuts a stream into the messages of Postgres' protocol: a letter, a length that counts itself, and a body. */
function messages(each: (type: string, body: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  return chunk => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 5) {
      const end = 1 + rest.readInt32BE(1)
      if (rest.length < end) return
      const type = rest.toString('latin1', 0, 1)
      const body = rest.subarray(5, end)
      rest = rest.subarray(end)
      each(type, body)
    }
  }
}

function frame(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** The zero-terminated strings at the beginning of a message. */
const strings = (body: Buffer): string[] => body.toString('utf8').split('\0')
