import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Logger } from 'pino'
import { storableText } from '../../db/storable.ts'
import { Refusal } from '../../topup/refusal.ts'

/** Every error here has this one shape; `code` never changes, `message` is for people. */
export function refuse(c: Context, { status, code, message, more }: Refusal): Response {
  if (status === 401) c.header('WWW-Authenticate', 'Bearer')
  if (status === 503) c.header('Retry-After', '5')
  return c.json({ error: errorBody(status, code, message), ...more }, status)
}

export const errorBody = (status: number, code: string, message: string) => ({
  message,
  type: status >= 500 ? 'server_error' : 'request_error',
  code,
})

/** Turns whatever a handler throws into an answer; only what we meant to say is said. */
export function onError(log: Logger): (error: Error, c: Context) => Response {
  return (error, c) => {
    if (error instanceof Refusal) return refuse(c, error)
    // Who has hung up gets no answer, and is no fault of ours.
    if (c.req.raw.signal.aborted) return refuse(c, new Refusal(400, 'body_incomplete', 'the body broke off'))
    log.error({ method: c.req.method, path: c.req.routePath, err: error }, 'request failed')
    return refuse(c, new Refusal(500, 'internal_error', 'something went wrong here; it was logged'))
  }
}

const LARGEST_BODY = 64 * 1024

export const smallBody = bodyLimit({
  maxSize: LARGEST_BODY,
  onError: c =>
    refuse(c, new Refusal(413, 'body_too_large', `the body is larger than ${LARGEST_BODY} bytes`)),
})

export type Input = Readonly<Record<string, unknown>>

/** The body, which must be a JSON object; nothing at all is an empty one. Throws Refusal. */
export async function inputOf(c: Context): Promise<Input> {
  const text = await c.req.text()
  if (text.trim() === '') return {}
  const wrong = new Refusal(400, 'invalid_json', 'the body must be a JSON object')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input
  } catch {
    throw wrong
  }
  throw wrong
}

/** A field that is text, or the empty string. */
export const textIn = (input: Input, name: string): string => {
  const value = input[name]
  return typeof value === 'string' ? storableText(value.trim()) : ''
}
