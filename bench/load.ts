/** What a phase of load came to. Latencies in milliseconds. */
export type Result = { perSecond: number; p50: number; p99: number; answered: number; failed: number }

const CONNECTIONS = 64
const END_OF_HEAD = Buffer.from('\r\n\r\n')

/**
 * Writes requests over 64 kept-alive connections, each waiting for its answer before the next, until they are used up
 * or the time is over. Raw sockets and prepared bytes: a real HTTP client would need the core that the server needs.
 */
export async function load(port: number, requests: readonly Buffer[], seconds: number): Promise<Result> {
  const latencies: number[] = []
  let next = 0
  let failed = 0
  const began = performance.now()
  const until = began + seconds * 1000

  const connection = async () => {
    let answered: (ok: boolean) => void = () => {}
    let received = Buffer.alloc(0)
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        data(_socket, chunk) {
          received = received.length === 0 ? Buffer.from(chunk) : Buffer.concat([received, chunk])
          const status = completeStatus(received)
          if (status === null) return
          received = Buffer.alloc(0)
          answered(status === 200)
        },
        close: () => answered(false),
        error: () => answered(false),
      },
    })
    while (performance.now() < until) {
      const request = requests[next++]
      if (!request) break
      const sent = performance.now()
      const ok = await new Promise<boolean>(resolve => {
        answered = resolve
        // A request fits the socket's buffer, which is empty whenever the answer before has come.
        if (socket.write(request) < request.length) resolve(false)
      })
      if (ok) latencies.push(performance.now() - sent)
      else failed++
    }
    socket.end()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, connection))
  const took = (performance.now() - began) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  return {
    perSecond: latencies.length / took,
    p50: at(0.5),
    p99: at(0.99),
    answered: latencies.length,
    failed,
  }
}

/** The status of a whole answer, or null while some of it is missing. */
function completeStatus(received: Buffer): number | null {
  const head = received.indexOf(END_OF_HEAD)
  if (head === -1) return null
  const text = received.toString('latin1', 0, head)
  const length = /content-length: (\d+)/i.exec(text)?.[1]
  return received.length >= head + END_OF_HEAD.length + Number(length ?? 0) ? Number(text.slice(9, 12)) : null
}
