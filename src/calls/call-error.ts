export type System = 'lago' | 'dodo'

/**
 * `refused`: the other side answered no, and would again. `not-sent`: it certainly had no effect; try later.
 * `unknown`: it may have happened (timeout, broken connection, 5xx). Never repeat it unread.
 */
export type CallFailure = 'refused' | 'not-sent' | 'unknown'

/** A call to Lago or Dodo that did not end well. Carries no body and no header, so that it may be logged. */
export class CallError extends Error {
  override name = 'CallError'

  constructor(
    readonly failure: CallFailure,
    readonly system: System,
    /** `POST /payments`: method and path, without the query. */
    readonly call: string,
    /** The HTTP status, or null if there was no answer. */
    readonly status: number | null,
    /** The other side's own code for it, such as `feature_unavailable`; null if it gave none. */
    readonly code: string | null,
    message: string,
    /** How long the other side asked to be left alone, in milliseconds. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(`${system} ${call}: ${status ?? 'no answer'}${code ? ` ${code}` : ''}: ${message}`)
  }
}

/** Finds the CallError in what a client library threw around it. */
export function asCallError(error: unknown): CallError | null {
  for (let e = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++)
    if (e instanceof CallError) return e
  return null
}

export const isRefusal = (error: unknown, status?: number, code?: string): boolean => {
  const e = asCallError(error)
  return (
    e?.failure === 'refused' &&
    (status === undefined || e.status === status) &&
    (code === undefined || e.code === code)
  )
}
