import { type Pace, realPace } from '../time.ts'
import type { Budget } from './budget.ts'
import { CallError, type System } from './call-error.ts'
import { mayLeave } from './hold.ts'

/** The part of `fetch` that the client libraries use. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

type GuardOptions = {
  system: System
  budget: Budget
  /** For one attempt, until the whole answer is there. */
  timeoutMs: number
  fetch?: Fetch
  pace?: Pace
}

const READ_ATTEMPTS = 3
const BACKOFF_MS = 250

/**
 * A `fetch` that keeps within the budget, ends in time and never returns an answer that is not 2xx:
 * everything else is thrown as a CallError, which says whether the call can have had an effect.
 * Only reads are repeated, with full jitter; whatever changes something is repeated by the plan alone. It does not
 * leave after its run has lost its lease, as another may have found by then that it was never sent.
 */
export function guardedFetch({
  system,
  budget,
  timeoutMs,
  fetch = globalThis.fetch,
  pace = realPace,
}: GuardOptions): Fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase()
    const call = `${method} ${url.pathname}`
    for (let attempt = 1; ; attempt++) {
      await place(call)
      if (method !== 'GET' && !(await mayLeave()))
        throw new CallError('unknown', system, call, null, null, 'the lease was lost before it was sent')
      try {
        return await once(input, init, call)
      } catch (error) {
        if (!(error instanceof CallError) || error.failure === 'refused') throw error
        if (error.retryAfterMs !== null) await budget.pause(error.retryAfterMs)
        if (method !== 'GET' || attempt >= READ_ATTEMPTS) throw error
        await pace.sleep(pace.random() * BACKOFF_MS * 2 ** attempt)
      }
    }
  }

  /** Without a place nothing was sent. */
  async function place(call: string): Promise<void> {
    try {
      await budget.take()
    } catch (error) {
      throw new CallError('not-sent', system, call, null, null, `no place within the rate: ${textOf(error)}`)
    }
  }

  async function once(
    input: string | URL | Request,
    init: RequestInit | undefined,
    call: string,
  ): Promise<Response> {
    let response: Response
    try {
      const timeout = pace.deadline(timeoutMs)
      const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout
      // A redirect would take the key elsewhere, and turn a POST into a GET that looks as if it had worked.
      response = await fetch(input, { ...init, redirect: 'manual', signal, ...onceOnly(call) })
      if (response.ok) {
        if (response.headers.get('x-ratelimit-remaining') === '0') {
          const resetMs = waitAsked(response.headers)
          if (resetMs !== null) await budget.pause(resetMs)
        }
        // Read to the end inside the time limit: half an answer to a money call is an unknown outcome.
        return new Response(await response.arrayBuffer(), response)
      }
    } catch (error) {
      const failure = neverLeft(error) ? 'not-sent' : 'unknown'
      throw new CallError(
        failure,
        system,
        call,
        null,
        null,
        // Dodo's client would hide an error that says it timed out behind one of its own.
        error instanceof DOMException && error.name === 'TimeoutError'
          ? `nothing within ${timeoutMs} ms`
          : textOf(error),
      )
    }
    const { code, message, itself } = await describe(system, response)
    const retryAfterMs =
      response.status === 429 || response.status === 503 ? (waitAsked(response.headers) ?? 1000) : null
    throw new CallError(
      failureOf(response.status, itself),
      system,
      call,
      response.status,
      code,
      message,
      retryAfterMs,
    )
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Bun sends an idempotent call again by itself when a connection that was kept breaks before the answer. A PUT to Lago
 * is none by its effect: sent twice, its new metadata entries clash with themselves. So it gets a connection of its own.
 */
const onceOnly = (call: string): RequestInit => (/^(GET|POST) /.test(call) ? {} : { keepalive: false })

/** `itself`: Lago or Dodo said it. A gateway between has no say in what they know, and may not refuse for them. */
function failureOf(status: number, itself: boolean): CallError['failure'] {
  if (status === 429) return 'not-sent'
  return status >= 500 || status === 408 || status < 400 || !itself ? 'unknown' : 'refused'
}

/** Errors of a connection that was never made. */
function neverLeft(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /ConnectionRefused|ECONNREFUSED|FailedToOpenSocket|ENOTFOUND|EAI_AGAIN|DNSException/.test(code)
}

/** `Retry-After` in seconds or as a date, else `X-RateLimit-Reset` in seconds; in milliseconds, at most a minute. */
function waitAsked(headers: Headers): number | null {
  const asked = headers.get('retry-after') ?? headers.get('x-ratelimit-reset')
  if (asked === null) return null
  let ms = Number(asked) * 1000
  // Some servers send the moment of the reset instead of the wait.
  if (ms > 1e12) ms -= Date.now()
  if (Number.isNaN(ms)) ms = Date.parse(asked) - Date.now()
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 60_000) : null
}

/** Lago answers `{error, code, error_details}`, Dodo `{code, message}`; gateways a page, or JSON of their own. */
async function describe(system: System, response: Response) {
  const body = objectIn(await response.text().catch(() => ''))
  const said = String(body['message'] ?? body['error'] ?? response.statusText)
  if (typeof body[system === 'lago' ? 'error' : 'code'] !== 'string') {
    const message = `a gateway's answer, not ${system}'s own: ${said}`.slice(0, 500)
    return { code: null, message, itself: false }
  }
  const details = body['error_details'] === undefined ? '' : ` ${JSON.stringify(body['error_details'])}`
  const code = typeof body['code'] === 'string' ? body['code'] : null
  return { code, message: `${said}${details}`.slice(0, 500), itself: true }
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
