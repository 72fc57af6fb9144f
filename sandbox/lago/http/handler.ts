import type { SandboxClock } from '../../kernel/clock.ts'
import type { Faults } from '../../kernel/faults.ts'
import { type Handler, pipeline } from '../../kernel/pipeline.ts'
import type { Incoming, Router } from '../../kernel/router.ts'
import { LagoError, notFound, unauthorized } from '../errors.ts'
import type { Outbox } from '../webhooks/outbox.ts'
import { answer } from './answer.ts'
import type { SecondLimiter } from './rate-limit.ts'

export interface HandlerOptions {
  clock: SandboxClock
  faults: Faults
  router: Router
  outbox: Outbox
  apiKey: string
  limiter: SecondLimiter | undefined
}

const isApi = (path: string): boolean => path.startsWith('/api/')

/** The whole fake as a request handler: faults, Bearer key, route, Lago's error envelopes. */
export function lagoHandler(options: HandlerOptions): Handler {
  const { clock, faults, router, outbox, apiKey, limiter } = options
  const refuse = (error: LagoError) => answer(error.body, error.status)
  const handle = pipeline({
    clock,
    faults,
    router,
    guard: incoming => {
      if (isApi(incoming.path) && bearer(incoming) !== apiKey) return refuse(unauthorized())
      return undefined
    },
    onError: error => {
      if (error instanceof LagoError) return refuse(error)
      throw error
    },
    notFound: () => refuse(notFound('resource')),
    exempt: path => path === '/' || path.startsWith('/_sandbox'),
  })
  return async request => {
    if (!limiter || !isApi(new URL(request.url).pathname)) return flushed(await handle(request))
    const verdict = limiter.take()
    const response = verdict.allowed
      ? await flushed(await handle(request))
      : answer({ status: 429, error: 'Too Many Requests' }, 429)
    for (const [name, value] of Object.entries(verdict.headers)) response.headers.set(name, value)
    return response
  }

  async function flushed(response: Response): Promise<Response> {
    if (outbox.deliveries.beforeResponse) await outbox.flush()
    return response
  }
}

// The second word of the header, whatever the first is.
const bearer = (incoming: Incoming): string | undefined =>
  incoming.headers.get('authorization')?.trim().split(/\s+/)[1]
