import { VirtualClock } from '../../../sandbox/kernel/virtual-clock.ts'
import { createFakeLago, type FakeLago, type FakeLagoOptions } from '../../../sandbox/lago/fake-lago.ts'

export interface Answer {
  status: number
  body: Body
}

// Answers are read loosely on purpose: the tests check the JSON on the wire, not our own types.
// biome-ignore lint/suspicious/noExplicitAny: a JSON document of any shape
export type Body = any

export interface Hook {
  type: string
  key: string
  headers: Record<string, string>
  raw: string
  body: Body
  at: Date
}

export interface Rig {
  lago: FakeLago
  clock: VirtualClock
  call: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** What arrived at the endpoint, oldest first. */
  hooks: Hook[]
  /** Runs the jobs that are due and gives the types of the webhooks that came since the last time. */
  settle: () => Promise<string[]>
  /** Statuses the endpoint answers next; 200 when empty. */
  answers: number[]
}

export const START = new Date('2026-03-10T09:00:00.000Z')

/** A Lago on a clock of its own, with an endpoint that listens to everything. */
export function rig(options: FakeLagoOptions = {}): Rig {
  const clock = new VirtualClock(START)
  const hooks: Hook[] = []
  const answers: number[] = []
  const lago = createFakeLago({
    clock,
    endpoints: [{ url: 'https://bridge.test/webhooks/lago' }],
    transport: async (_url, init) => {
      const raw = String(init?.body)
      const body = JSON.parse(raw) as Body
      const headers = Object.fromEntries(new Headers(init?.headers))
      hooks.push({
        type: body.webhook_type,
        key: headers['x-lago-unique-key'] ?? '',
        headers,
        raw,
        body,
        at: clock.now(),
      })
      return new Response(null, { status: answers.shift() ?? 200 })
    },
    ...options,
  })
  let seen = 0
  return {
    lago,
    clock,
    hooks,
    answers,
    call: async (method, path, body) => {
      const response = await lago.fetch(
        new Request(
          `http://lago.test${path.startsWith('/api') || path === '/health' ? path : `/api/v1${path}`}`,
          {
            method,
            headers: { authorization: `Bearer ${lago.apiKey}`, 'content-type': 'application/json' },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          },
        ),
      )
      const text = await response.text()
      return { status: response.status, body: text === '' ? null : JSON.parse(text) }
    },
    settle: async () => {
      await clock.runDue()
      const types = hooks.slice(seen).map(hook => hook.type)
      seen = hooks.length
      return types
    },
  }
}

export const refused = (code: string, error_details?: Record<string, string[]>) => ({
  status: 422,
  body: { status: 422, error: 'Unprocessable Entity', code, error_details },
})

export const invalid = (error_details: Record<string, string[]>) =>
  refused('validation_errors', error_details)

export const forbidden = {
  status: 403,
  body: { status: 403, error: 'Forbidden', code: 'feature_unavailable' },
}

export const missing = (resource: string) => ({
  status: 404,
  body: { status: 404, error: 'Not Found', code: `${resource}_not_found` },
})

export const notAllowed = (code: string) => ({
  status: 405,
  body: { status: 405, error: 'Method Not Allowed', code },
})
