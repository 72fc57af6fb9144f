import { afterEach, expect, test } from 'bun:test'
import { post } from '../../../sandbox/kernel/attempt.ts'
import { Faults } from '../../../sandbox/kernel/faults.ts'
import { inProcessFetch } from '../../../sandbox/kernel/in-process-fetch.ts'
import { type Handler, pipeline } from '../../../sandbox/kernel/pipeline.ts'
import { RealClock } from '../../../sandbox/kernel/real-clock.ts'
import { Router } from '../../../sandbox/kernel/router.ts'
import { serve } from '../../../sandbox/kernel/server.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()))
})

function counter() {
  const faults = new Faults()
  let done = 0
  const router = new Router().on('POST', '/things/:id', () => Response.json({ done: ++done }))
  const handler: Handler = pipeline({
    clock: new RealClock(),
    faults,
    router,
    onError: () => new Response(null, { status: 500 }),
    notFound: () => new Response(null, { status: 404 }),
  })
  return { faults, handler, done: () => done }
}

const doors = {
  'over HTTP': (handler: Handler) => {
    const server = serve(handler)
    stops.push(server.stop)
    return {
      url: server.url,
      fetch: globalThis.fetch as (url: string, init?: RequestInit) => Promise<Response>,
    }
  },
  'in process': (handler: Handler) => ({
    url: 'http://fake.test',
    fetch: inProcessFetch({ 'http://fake.test': handler }),
  }),
}

for (const [name, open] of Object.entries(doors)) {
  const post = { method: 'POST', body: '{"a":1}', headers: { authorization: 'Bearer secret' } }

  test(`${name}: a healthy request is answered and recorded without its credentials`, async () => {
    const { faults, handler } = counter()
    const { url, fetch } = open(handler)
    const response = await fetch(`${url}/things/7?x=1`, post)
    expect(await response.json()).toEqual({ done: 1 })
    expect(faults.calls.all()).toMatchObject([
      { method: 'POST', path: '/things/7', query: { x: '1' }, body: { a: 1 }, status: 200, done: true },
    ])
    expect(JSON.stringify(faults.calls.all())).not.toContain('secret')
    expect(faults.count('POST', '/things/*')).toBe(1)
    expect(faults.calls.byRoute()).toEqual({ 'POST /things/*': 1 })
  })

  test(`${name}: a reset drops the connection and does no work`, async () => {
    const { faults, handler, done } = counter()
    const { url, fetch } = open(handler)
    faults.add({ path: '/things/7', fault: { kind: 'reset' }, times: 1 })
    const error = await fetch(`${url}/things/7`, post).catch(error => error)
    expect(error).toBeInstanceOf(TypeError)
    expect(error.code).toBe('ECONNRESET')
    expect(done()).toBe(0)
    expect(faults.calls.all()).toMatchObject([{ status: null, done: false }])
    expect((await fetch(`${url}/things/7`, post)).status).toBe(200)
  })

  test(`${name}: a lost answer drops the connection after the work`, async () => {
    const { faults, handler, done } = counter()
    const { url, fetch } = open(handler)
    faults.add({ path: /things/, fault: { kind: 'lost-answer' }, times: 1 })
    const error = await fetch(`${url}/things/7`, post).catch(error => error)
    expect(error.code).toBe('ECONNRESET')
    expect(done()).toBe(1)
    expect(faults.calls.all()).toMatchObject([{ status: null, done: true }])
  })

  test(`${name}: a status comes instead of the work, a status-after comes in spite of it`, async () => {
    const { faults, handler, done } = counter()
    const { url, fetch } = open(handler)
    faults.add({ path: '/things/7', fault: { kind: 'status', status: 503 }, times: 1 })
    faults.add({ path: '/things/7', fault: { kind: 'status-after', status: 500, body: { no: 1 } }, times: 1 })
    expect((await fetch(`${url}/things/7`, post)).status).toBe(503)
    expect(done()).toBe(0)
    const after = await fetch(`${url}/things/7`, post)
    expect([after.status, await after.json()]).toEqual([500, { no: 1 }])
    expect(done()).toBe(1)
  })

  test(`${name}: a hanging call does its work and ends only when the client gives up`, async () => {
    const { faults, handler, done } = counter()
    const { url, fetch } = open(handler)
    faults.add({ method: 'POST', path: '/things/7', fault: { kind: 'hang' } })
    const error = await fetch(`${url}/things/7`, { ...post, signal: AbortSignal.timeout(50) }).catch(
      error => error,
    )
    expect(error.name).toBe('TimeoutError')
    expect(done()).toBe(1)
  })

  test(`${name}: a slow call is answered late`, async () => {
    const { faults, handler } = counter()
    const { url, fetch } = open(handler)
    faults.add({ path: '/things/7', fault: { kind: 'slow', ms: 60 } })
    const start = performance.now()
    expect((await fetch(`${url}/things/7`, post)).status).toBe(200)
    expect(performance.now() - start).toBeGreaterThanOrEqual(55)
  })
}

test('over HTTP: a webhook sender does not follow where a receiver sends it', async () => {
  const asked: string[] = []
  const receiver = serve(async request => {
    const { pathname } = new URL(request.url)
    asked.push(pathname)
    return pathname === '/old' ? Response.redirect('/new', 302) : new Response()
  })
  stops.push(receiver.stop)
  const clock = new RealClock()
  const outcome = await post(
    (input, init) => fetch(input, init),
    clock,
    1000,
    `${receiver.url}/old`,
    {},
    '{}',
  )
  expect(outcome).toEqual({ status: 302 })
  expect(asked).toEqual(['/old'])
})
