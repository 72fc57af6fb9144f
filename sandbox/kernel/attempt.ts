import type { SandboxClock } from './clock.ts'
import type { FetchLike } from './in-process-fetch.ts'

export interface Outcome {
  status: number | null
  error?: string
}

/** POSTs once and waits at most `timeoutMs` of the sandbox's clock. Never throws. */
export async function post(
  transport: FetchLike,
  clock: SandboxClock,
  timeoutMs: number,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<Outcome> {
  const controller = new AbortController()
  const { promise: timedOut, resolve } = Promise.withResolvers<Outcome>()
  const timer = clock.schedule(new Date(clock.now().getTime() + timeoutMs), () => {
    resolve({ status: null, error: `no answer within ${timeoutMs} ms` })
    controller.abort(new DOMException('The operation timed out.', 'TimeoutError'))
  })
  const answer = async (): Promise<Outcome> => {
    try {
      const response = await transport(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual',
        signal: controller.signal,
      })
      // The body is of no interest, but unread it would keep the connection.
      await response.arrayBuffer()
      return { status: response.status }
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message : String(error) }
    }
  }
  try {
    return await Promise.race([answer(), timedOut])
  } finally {
    timer.cancel()
  }
}
