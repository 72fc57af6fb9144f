import { once } from 'node:events'
import { isIP, connect as open, Socket } from 'node:net'
import { type ConnectionOptions, connect as secure } from 'node:tls'
import { AnswersOwed } from './answers-owed.ts'

/** Where a connection goes, as the driver read it from the address. */
export type Target = {
  host: string[]
  port: number[]
  path: string | undefined
  ssl: 'require' | 'allow' | 'prefer' | 'verify-full' | boolean | object | string
}

type Patience = {
  /** For the way to the server and its certificate, in milliseconds. */
  connectMs: number
  /** For any sign of life while an answer is owed, in milliseconds. */
  silentMs: number
}

/** Silence is counted in so many steps: a process that was busy itself has not listened, and must not blame the server. */
const STEPS = 8

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * Sockets for the driver that break when an answer is owed and nothing is heard. A peer that went without a word (a
 * firewall that forgot the connection, a machine that stopped) would otherwise keep a statement for a quarter of an hour.
 */
export function watchedSockets(target: Target, patience: Patience): () => Promise<Socket> {
  let turn = 0
  return async () => {
    const n = turn++ % target.port.length
    const [host = 'localhost', port = 5432] = [target.host[n], target.port[n]]
    const raw = target.path ? open(target.path) : open(port, host)
    try {
      const socket = target.ssl ? await encrypted(raw, host, target.ssl, patience.connectMs) : raw
      return watched(Object.assign(socket, { host, port }), patience.silentMs)
    } catch (error) {
      raw.destroy()
      // The driver would never use a connection again whose socket was refused to it: it gets one that breaks.
      const broken = new Socket()
      setImmediate(() => broken.destroy(error instanceof Error ? error : new Error(String(error))))
      return broken
    }
  }
}

function watched(socket: Socket, silentMs: number): Socket {
  const answers = new AnswersOwed()
  let silent = 0
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
  socket.write = (...args: unknown[]) => {
    if (!answers.waiting) silent = 0
    answers.sent(args[0] as Buffer)
    return write(...args)
  }
  socket.on('data', (bytes: Buffer) => {
    silent = 0
    answers.heard(bytes)
  })
  const watch = setInterval(() => {
    if (!answers.waiting || ++silent < STEPS) return
    socket.destroy(
      Object.assign(new Error(`the database said nothing for ${silentMs} ms`), { code: 'CONNECTION_SILENT' }),
    )
  }, silentMs / STEPS)
  watch.unref()
  socket.once('close', () => clearInterval(watch))
  return socket
}

/** As the driver does it, but here, so that what is said can be watched. */
async function encrypted(raw: Socket, host: string, ssl: Target['ssl'], withinMs: number): Promise<Socket> {
  const late = setTimeout(() => raw.destroy(new Error(`no connection within ${withinMs} ms`)), withinMs)
  try {
    await until(raw, 'connect')
    raw.write(SSL_REQUEST)
    const [answer] = (await until(raw, 'data')) as [Buffer]
    if (answer.toString() !== 'S') {
      if (ssl === 'prefer') return raw
      throw new Error('the database does not offer an encrypted connection')
    }
    const anyCertificate = ssl === 'require' || ssl === 'allow' || ssl === 'prefer'
    const options: ConnectionOptions = {
      socket: raw,
      ...(isIP(host) ? {} : { servername: host }),
      ...(anyCertificate ? { rejectUnauthorized: false } : {}),
      ...(typeof ssl === 'object' ? ssl : {}),
    }
    const socket = secure(options)
    await until(socket, 'secureConnect')
    return socket
  } finally {
    clearTimeout(late)
  }
}

/** Rejects if it breaks or is closed before. */
async function until(socket: Socket, event: string): Promise<unknown[]> {
  const closed = new AbortController()
  const close = () => closed.abort(new Error('the database closed the connection'))
  socket.once('close', close)
  try {
    return await once(socket, event, { signal: closed.signal })
  } finally {
    socket.off('close', close)
  }
}
