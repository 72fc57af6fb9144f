import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Arena, openArena } from '../fuzz/arena.ts'

const MEGABYTE = 1024 * 1024

let arena: Arena
beforeAll(async () => {
  arena = await openArena()
}, 60_000)
afterAll(() => arena.stop())

/** Announces 16 MB, sends most of it and then nothing more, and stays. Returns what hangs up. */
async function holdOut(port: number, framing: string): Promise<() => void> {
  const head = `POST /webhooks/lago HTTP/1.1\r\nHost: bridge.test\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`
  let unsent = Buffer.concat([
    Buffer.from(head),
    framing.startsWith('Content-Length')
      ? Buffer.alloc(0)
      : Buffer.from(`${(12 * MEGABYTE).toString(16)}\r\n`),
    Buffer.alloc(12 * MEGABYTE, 97),
  ])
  const flush = (socket: { write(data: Buffer): number }) => {
    if (unsent.length > 0) unsent = unsent.subarray(Math.max(0, socket.write(unsent)))
  }
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: { open: flush, drain: flush, data: () => {}, close: () => {}, error: () => {} },
  })
  return () => socket.terminate()
}

test.each([
  ['a length', `Content-Length: ${16 * MEGABYTE}`],
  ['no length', 'Transfer-Encoding: chunked'],
])(
  'sixty strangers who each send 12 MB with %s take bounded memory, and others are served',
  async (_, framing) => {
    const before = arena.residentBytes()
    const hangUps = await Promise.all(Array.from({ length: 60 }, () => holdOut(arena.port, framing)))
    let most = 0
    for (let look = 0; look < 15; look++) {
      await Bun.sleep(100)
      most = Math.max(most, arena.residentBytes())
      expect((await fetch(`http://127.0.0.1:${arena.port}/healthz`)).status).toBe(200)
    }
    const small = await fetch(`http://127.0.0.1:${arena.port}/webhooks/lago`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-lago-signature': 'AAAA' },
      body: '{}',
    })
    expect(small.status).toBe(401)
    for (const hangUp of hangUps) hangUp()
    expect(most - before).toBeLessThan(300 * MEGABYTE)
  },
)
