import { afterEach, beforeEach, expect, test } from 'bun:test'
import type { Budget } from '../../src/calls/budget.ts'
import { CallError } from '../../src/calls/call-error.ts'
import { guardedFetch } from '../../src/calls/guarded-fetch.ts'
import { whenLeaving, whileHeld } from '../../src/calls/hold.ts'

type Answer = Response | 'hang' | 'drop' | 'half'

let server: ReturnType<typeof Bun.serve>
let answers: Answer[] = []
let calls: string[] = []
let taken = 0
let pauses: number[] = []
const budget: Budget = {
  take: async () => {
    taken++
  },
  pause: async ms => {
    pauses.push(ms)
  },
}

beforeEach(() => {
  answers = []
  calls = []
  taken = 0
  pauses = []
  server = Bun.serve({
    port: 0,
    idleTimeout: 0,
    fetch: request => {
      calls.push(`${request.method} ${new URL(request.url).pathname}`)
      const answer = answers.shift() ?? Response.json({ ok: true })
      if (answer instanceof Response) return answer
      if (answer === 'hang') return new Promise<Response>(() => {})
      return new Response(
        new ReadableStream({
          async start(controller) {
            if (answer === 'half') {
              controller.enqueue(new TextEncoder().encode('{"ok":'))
              await Bun.sleep(30)
            }
            controller.error(undefined)
          },
        }),
      )
    },
  })
})
afterEach(() => server.stop(true))

const call = (method = 'GET', timeoutMs = 2_000) =>
  guardedFetch({ system: 'lago', budget, timeoutMs })(`http://127.0.0.1:${server.port}/x?secret=1`, {
    method,
  })

async function failed(method?: string, timeoutMs?: number): Promise<CallError> {
  const error = await call(method, timeoutMs).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof CallError)) throw new Error(`not a CallError: ${String(error)}`)
  return error
}

const status = (code: number, headers: Record<string, string> = {}, body: unknown = { code: 'x' }) =>
  Response.json(body, { status: code, headers })

test('an answer that is 2xx is given back whole', async () => {
  answers = [Response.json({ ok: 1 }, { status: 201 })]
  const answer = await call('POST')
  expect(answer.status).toBe(201)
  expect(await answer.json()).toEqual({ ok: 1 })
  expect(taken).toBe(1)
})

test.each([400, 401, 403, 404, 405, 409, 422])('%d is a refusal, and is not tried again', async code => {
  answers = [status(code, {}, { error: 'no', code: 'nope', error_details: { field: ['bad'] } })]
  expect(await failed()).toMatchObject({ failure: 'refused', status: code, code: 'nope' })
  expect(calls).toHaveLength(1)
})

/** What stands before Lago or Dodo while they are away: nginx, an ingress, Kong, a firewall. */
const GATEWAYS: [string, (code: number) => Response][] = [
  ['a page', code => new Response('<html>', { status: code, headers: { 'content-type': 'text/html' } })],
  ['a line', code => new Response('default backend - 404', { status: code })],
  ['nothing', code => new Response(null, { status: code })],
  [
    'JSON of its own',
    code => Response.json({ message: 'no Route matched with those values' }, { status: code }),
  ],
  ['a list', code => Response.json([], { status: code })],
]

test.each(GATEWAYS)(
  'a gateway that answers %s has not said what Lago knows',
  async (_, page) => {
    for (const code of [400, 401, 403, 404, 413, 422]) {
      answers = [page(code), page(code), page(code)]
      expect(await failed()).toMatchObject({ failure: 'unknown', status: code })
      answers = [page(code)]
      expect(await failed('POST')).toMatchObject({ failure: 'unknown', status: code })
    }
  },
  60_000,
)

test('a gateway that is not there for a moment is passed by in a read', async () => {
  answers = [new Response('<html>', { status: 404 })]
  expect((await call()).status).toBe(200)
})

test('Dodo refuses by a code', async () => {
  const asked = guardedFetch({ system: 'dodo', budget, timeoutMs: 2_000 })
  const post = () => asked(`http://127.0.0.1:${server.port}/x`, { method: 'POST' })
  answers = [status(422, {}, { code: 'INVALID_REQUEST_BODY', message: 'no' })]
  await expect(post()).rejects.toMatchObject({ failure: 'refused', code: 'INVALID_REQUEST_BODY' })
  answers = [status(422, {}, { error: 'no' })]
  await expect(post()).rejects.toMatchObject({ failure: 'unknown' })
})

test.each([500, 502, 503, 504, 408, 301])(
  '%d to a call that changes something leaves its outcome unknown',
  async code => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      calls = []
      answers = [status(code, { location: '/elsewhere' })]
      expect(await failed(method)).toMatchObject({ failure: 'unknown', status: code })
      expect(calls).toEqual([`${method} /x`])
    }
  },
)

test.each(['hang', 'drop', 'half'] as const)(
  'an answer that breaks off (%s) leaves the outcome of a change unknown',
  async how => {
    for (const method of ['POST', 'PUT']) {
      calls = []
      await (await call(method)).text()
      answers = [how]
      expect(await failed(method, 200)).toMatchObject({ failure: 'unknown', status: null })
      expect(calls).toHaveLength(2)
    }
  },
)

test('a connection that was never made had no effect', async () => {
  server.stop(true)
  await Bun.sleep(20)
  expect(await failed('POST')).toMatchObject({ failure: 'not-sent', status: null })
})

test('a read is tried three times, each time within the budget', async () => {
  answers = [status(500), status(502)]
  expect((await call()).status).toBe(200)
  answers = [status(500), status(500), status(500)]
  expect(await failed()).toMatchObject({ status: 500 })
  expect(calls).toHaveLength(6)
  expect(taken).toBe(6)
}, 15_000)

test('429 had no effect, and everybody pauses for as long as it says', async () => {
  answers = [status(429, { 'retry-after': '3' })]
  expect(await failed('POST')).toMatchObject({ failure: 'not-sent', status: 429, retryAfterMs: 3_000 })
  answers = [status(429, { 'x-ratelimit-reset': '2' })]
  await failed('POST')
  answers = [status(429, { 'retry-after': new Date(Date.now() + 10_000).toUTCString() })]
  await failed('POST')
  answers = [status(429)]
  await failed('POST')
  answers = [status(429, { 'retry-after': '999999' })]
  await failed('POST')
  answers = [status(429, { 'retry-after': 'soon' })]
  await failed('POST')
  expect(pauses.slice(0, 2)).toEqual([3_000, 2_000])
  expect(pauses[2]).toBeGreaterThan(8_000)
  expect(pauses[2]).toBeLessThanOrEqual(10_000)
  expect(pauses.slice(3)).toEqual([1_000, 60_000, 1_000])
})

test('the last call of a window makes everybody wait for the next', async () => {
  answers = [Response.json({}, { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' } })]
  await call('POST')
  answers = [Response.json({}, { headers: { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '1' } })]
  await call('POST')
  expect(pauses).toEqual([1_000])
})

test('an error can be logged: it carries no query, no header and no body', async () => {
  answers = [new Response('<html>secret-body</html>', { status: 502 })]
  const { message } = await failed('POST')
  expect(message).toContain('POST /x')
  expect(message).not.toMatch(/secret/)
})

test('a message of any length is cut short', async () => {
  answers = [status(422, {}, { code: 'x', message: 'm'.repeat(100_000) })]
  expect((await failed('POST')).message.length).toBeLessThan(700)
})

test('without its lease nothing that changes something is sent, and its outcome stays unknown; looks are', async () => {
  const lost = () => false
  expect(await whileHeld(lost, () => failed('POST'))).toMatchObject({ failure: 'unknown' })
  expect(calls).toEqual([])
  answers = [Response.json({})]
  expect((await whileHeld(lost, () => call('GET'))).status).toBe(200)
})

test('whoever wrote a call down hears that it leaves, once it has its place, and may keep it back', async () => {
  const heard: number[] = []
  const ask = (agrees: boolean) => async () => {
    heard.push(taken)
    return agrees
  }
  answers = [Response.json({}), Response.json({})]
  await whenLeaving(ask(true), () => call('GET'))
  expect(heard).toEqual([])
  await whenLeaving(ask(true), () => call('POST'))
  expect(heard).toEqual([2])
  expect(await whenLeaving(ask(false), () => failed('POST'))).toMatchObject({ failure: 'unknown' })
  expect(calls).toHaveLength(2)
})
