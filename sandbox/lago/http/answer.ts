import { railsJson } from '../webhooks/rails-json.ts'

const HEADERS = { 'content-type': 'application/json; charset=utf-8' }

/** Every success of Lago's is a 200, creations too. */
export const answer = (value: unknown, status = 200): Response =>
  new Response(railsJson(value), { status, headers: HEADERS })

export const empty = (): Response => new Response(null, { status: 200 })
