import { afterAll, beforeAll, expect, test } from 'bun:test'
import { CallError } from '../../src/calls/call-error.ts'
import { guardedFetch } from '../../src/calls/guarded-fetch.ts'

let reached: string[] = []
let elsewhere: ReturnType<typeof Bun.serve>
let system: ReturnType<typeof Bun.serve>
beforeAll(() => {
  elsewhere = Bun.serve({
    port: 0,
    fetch: request => {
      reached.push(`${request.method} ${request.headers.get('authorization')}`)
      return Response.json({})
    },
  })
  system = Bun.serve({
    port: 0,
    fetch: request =>
      Response.redirect(`${elsewhere.url}taken`, Number(new URL(request.url).pathname.slice(1))),
  })
})
afterAll(() => Promise.all([elsewhere.stop(true), system.stop(true)]))

const budget = { take: async () => {}, pause: async () => {} }

test.each([301, 302, 303, 307, 308])(
  'a %d of Lago or Dodo is not followed: neither the key nor the money goes elsewhere',
  async status => {
    reached = []
    const call = guardedFetch({ system: 'lago', budget, timeoutMs: 2_000 })
    for (const method of ['POST', 'GET']) {
      const sent = call(`${system.url}${status}`, { method, headers: { authorization: 'Bearer key' } })
      expect(await sent.catch((error: unknown) => error)).toBeInstanceOf(CallError)
    }
    expect(reached).toEqual([])
  },
)
