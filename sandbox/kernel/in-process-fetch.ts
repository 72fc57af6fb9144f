import { ConnectionReset } from './connection.ts'
import type { Handler } from './pipeline.ts'

export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/**
 * A `fetch` without a network: requests go to the handler of their origin (`https://dodo.test`). Faults come out as
 * real `fetch` shows them: a `TypeError` with `code: 'ECONNRESET'`, or the signal's reason once the caller gives up.
 * An origin nobody answers for is a refused connection.
 */
export function inProcessFetch(handlers: Readonly<Record<string, Handler>>): FetchLike {
  return async (input, init) => {
    const request = input instanceof Request ? new Request(input, init) : new Request(String(input), init)
    const handler = handlers[new URL(request.url).origin]
    if (!handler) throw Object.assign(new TypeError('Unable to connect.'), { code: 'ConnectionRefused' })
    const { signal } = request
    signal.throwIfAborted()
    const gaveUp = Promise.withResolvers<never>()
    const abort = () => gaveUp.reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([handler(request), gaveUp.promise])
    } catch (error) {
      if (error instanceof ConnectionReset || signal.aborted) throw error
      throw new TypeError('The in-process server failed.', { cause: error })
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
}
