import type { FieldErrors } from './rules/credit-note-input.ts'

/** An answer of Lago's that is not a success; thrown by operations, written by the pipeline. */
export class LagoError extends Error {
  constructor(
    readonly status: number,
    readonly body: Record<string, unknown>,
  ) {
    super(`${status} ${JSON.stringify(body)}`)
  }
}

// Source of the envelopes: lago-api app/controllers/concerns/api_errors.rb.
export const badRequest = (root: string) =>
  new LagoError(400, {
    status: 400,
    error: `BadRequest: param is missing or the value is empty or invalid: ${root}`,
  })

export const unauthorized = () => new LagoError(401, { status: 401, error: 'Unauthorized' })

export const forbidden = (code = 'feature_unavailable') =>
  new LagoError(403, { status: 403, error: 'Forbidden', code })

export const notFound = (resource: string) =>
  new LagoError(404, { status: 404, error: 'Not Found', code: `${resource}_not_found` })

export const notAllowed = (code: string) =>
  new LagoError(405, { status: 405, error: 'Method Not Allowed', code })

export const unprocessable = (error_details: FieldErrors) =>
  new LagoError(422, {
    status: 422,
    error: 'Unprocessable Entity',
    code: 'validation_errors',
    error_details,
  })

export const internal = () => new LagoError(500, { status: 500, error: 'Internal Server Error' })

/** Any refusal of the pure rules in Lago's envelope. */
export function refusal(status: number, code: string | null, errors: FieldErrors | null): LagoError {
  if (status === 403) return forbidden(code ?? undefined)
  if (status === 404) return notFound((code ?? '').replace(/_not_found$/, ''))
  if (status === 405) return notAllowed(code ?? '')
  if (status === 422) return unprocessable(errors ?? {})
  return internal()
}
