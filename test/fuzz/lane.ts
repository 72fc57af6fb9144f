import type { Socket } from 'bun'
import { type Answer, readAnswer } from './answer.ts'
import { isBroken, type Shot, wire } from './shot.ts'

/** Longer than anything the server may take, so that a hanging request is told from a slow one. */
const PATIENCE_MS = 20_000

/** The server waits for what was announced: so soon does a client go that does not send it. */
const GONE_MS = 100

type Waiting = { method: string; resolve: (answer: Answer) => void }

/** One connection, kept open as long as the server keeps it. Sends raw bytes: no client library tidies them up. */
export class Lane {
  #socket: Socket | null = null
  #bytes: Buffer = Buffer.alloc(0)
  #unsent: Buffer = Buffer.alloc(0)
  #waiting: Waiting | null = null

  constructor(private readonly port: number) {}

  async send(shot: Shot): Promise<{ answer: Answer; ms: number }> {
    const socket = this.#socket ?? (await this.#connect())
    const began = performance.now()
    const answered = new Promise<Answer>(resolve => {
      this.#waiting = { method: shot.method, resolve }
    })
    const incomplete = shot.framing === 'more' || shot.framing === 'none'
    const timer = setTimeout(
      () => this.#end({ kind: incomplete ? 'closed' : 'silent' }),
      incomplete ? GONE_MS : PATIENCE_MS,
    )
    this.#unsent = wire(shot)
    this.#flush(socket)
    const answer = await answered
    clearTimeout(timer)
    const ms = performance.now() - began
    if (answer.kind !== 'answer' || isBroken(shot) || answer.headers.get('connection') === 'close')
      this.close()
    return { answer, ms }
  }

  close(): void {
    const socket = this.#socket
    this.#socket = null
    this.#bytes = Buffer.alloc(0)
    this.#unsent = Buffer.alloc(0)
    socket?.terminate()
  }

  async #connect(): Promise<Socket> {
    this.#bytes = Buffer.alloc(0)
    const socket: Socket = await Bun.connect({
      hostname: '127.0.0.1',
      port: this.port,
      socket: {
        data: (from, chunk) => {
          if (from !== this.#socket) return
          this.#bytes = this.#bytes.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#bytes, chunk])
          this.#read(false)
        },
        drain: from => {
          if (from === this.#socket) this.#flush(from)
        },
        close: from => {
          if (from !== this.#socket) return
          this.#read(true)
          this.#socket = null
          this.#end({ kind: 'closed' })
        },
        error: from => {
          if (from === this.#socket) this.#end({ kind: 'closed' })
        },
      },
    })
    this.#socket = socket
    return socket
  }

  #flush(socket: Socket): void {
    if (this.#unsent.length === 0) return
    const written = socket.write(this.#unsent)
    this.#unsent = this.#unsent.subarray(Math.max(0, written))
  }

  #read(ended: boolean): void {
    if (!this.#waiting) return
    const answer = readAnswer(this.#bytes, this.#waiting.method, ended)
    if (!answer) return
    this.#bytes = answer.kind === 'answer' ? Buffer.from(answer.rest) : Buffer.alloc(0)
    this.#end(answer)
  }

  #end(answer: Answer): void {
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve(answer)
  }
}
