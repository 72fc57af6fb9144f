import { plainHeaders } from './call-log.ts'
import { type SandboxClock, sleep } from './clock.ts'
import { ConnectionReset } from './connection.ts'
import type { Fault, Faults } from './faults.ts'
import type { Incoming, Router } from './router.ts'

export type Handler = (request: Request) => Promise<Response>

export interface PipelineOptions {
  clock: SandboxClock
  faults: Faults
  router: Router
  /** Runs before the route, after the faults: authentication, rate limits. An answer ends the request. */
  guard?: (incoming: Incoming) => Response | undefined
  /** Turns what a route threw into an answer. Rethrow what is not yours. */
  onError: (error: unknown, incoming: Incoming) => Response
  notFound: (incoming: Incoming) => Response
  /** Last touch on every answer of a route or guard, such as rate-limit headers. */
  finish?: (response: Response, incoming: Incoming) => void
  /** Paths that no fault strikes and no log records, such as the sandbox's own controls. */
  exempt?: (path: string) => boolean
}

const NO_BODY = new Set(['GET', 'HEAD'])

/** One request from arrival to answer: fault, guard, route, fault, record. Throws `ConnectionReset` for a dropped connection. */
export function pipeline(options: PipelineOptions): Handler {
  const { clock, faults, router, exempt } = options
  return async request => {
    const url = new URL(request.url)
    const method = request.method
    const path =
      url.pathname.length > 1 && url.pathname.endsWith('/') ? url.pathname.slice(0, -1) : url.pathname
    const text = NO_BODY.has(method) ? '' : await request.text()
    const match = router.find(method, path)
    const incoming: Incoming = {
      request,
      method,
      url,
      path,
      query: url.searchParams,
      headers: request.headers,
      text,
      json: parse(text),
      params: match?.params ?? {},
    }
    const work = async () => {
      const response = await answer()
      options.finish?.(response, incoming)
      return response
    }
    const answer = async () => {
      try {
        return options.guard?.(incoming) ?? (await (match?.route ?? options.notFound)(incoming))
      } catch (error) {
        return options.onError(error, incoming)
      }
    }
    if (exempt?.(path)) return work()

    faults.calls.tally(method, match?.pattern ?? '(unknown)')
    const fault = faults.strike(method, path)
    const record = (status: number | null, done: boolean) => {
      if (!faults.calls.enabled) return
      faults.calls.add({
        method,
        path,
        query: Object.fromEntries(url.searchParams),
        headers: plainHeaders(request.headers),
        body: incoming.json ?? (text === '' ? null : text),
        status,
        at: clock.now(),
        done,
      })
    }
    return fault ? suffer(fault, work, record, clock, request.signal) : answered(await work(), record)
  }
}

function answered(response: Response, record: (status: number, done: boolean) => void): Response {
  record(response.status, response.status < 400)
  return response
}

async function suffer(
  fault: Fault,
  work: () => Promise<Response>,
  record: (status: number | null, done: boolean) => void,
  clock: SandboxClock,
  signal: AbortSignal,
): Promise<Response> {
  switch (fault.kind) {
    case 'status':
      record(fault.status, false)
      return faultResponse(fault)
    case 'reset':
      record(null, false)
      throw new ConnectionReset()
    case 'slow':
      await sleep(clock, fault.ms)
      return answered(await work(), record)
    case 'lost-answer': {
      const { status } = await work()
      record(null, status < 400)
      throw new ConnectionReset()
    }
    case 'status-after': {
      const { status } = await work()
      record(fault.status, status < 400)
      return faultResponse(fault)
    }
    case 'hang': {
      const { status } = await work()
      record(null, status < 400)
      await sleep(clock, Number.POSITIVE_INFINITY, signal)
      throw new ConnectionReset()
    }
  }
}

function faultResponse({
  status,
  body,
  headers,
}: {
  status: number
  body?: unknown
  headers?: Record<string, string>
}) {
  if (typeof body === 'string') return new Response(body, { status, ...(headers && { headers }) })
  // In the words of both, so that it counts as said by whom it stands for.
  const said = { status, error: 'Injected', code: 'injected', message: 'injected by the sandbox' }
  return Response.json(body ?? said, {
    status,
    ...(headers && { headers }),
  })
}

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
