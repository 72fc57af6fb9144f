import type { Command } from './command.ts'

/** Less than the time-out that container runtimes give a health check. */
const PATIENCE_MS = 4_000
const EVERYWHERE = new Set(['0.0.0.0', '::'])

/**
 * `bridge healthcheck`: asks the service on this machine whether it can work, for images that have no other client.
 * 0 it can, 1 it cannot: container runtimes know no third answer.
 */
export const healthcheck: Command = async (_, { host, port }, output) => {
  const name = EVERYWHERE.has(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  const url = `http://${name}:${port}/readyz`
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
    output.out(await answer.text())
    return answer.ok ? 0 : 1
  } catch {
    output.err(`no answer from ${url}`)
    return 1
  }
}
