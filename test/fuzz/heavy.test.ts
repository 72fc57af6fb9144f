import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { type Arena, openArena } from './arena.ts'

const MEGABYTE = 1024 * 1024

let arena: Arena
beforeAll(async () => {
  arena = await openArena()
}, 60_000)
afterAll(() => arena.stop())

const webhook = (inner: string) =>
  `{"webhook_type":"invoice.created","invoice":{"lago_id":"${crypto.randomUUID()}","x":${inner}}}`
const nested = (open: string, close: string, bytes: number) => {
  const levels = Math.floor(bytes / (open.length + close.length))
  return `${open.repeat(levels)}1${close.repeat(levels)}`
}

/** As large as the door takes, and as hard on a parser or an expression as one can think of. */
const HEAVY: [string, () => string][] = [
  ['lists in lists', () => webhook(nested('[', ']', 15 * MEGABYTE))],
  ['objects in objects', () => webhook(nested('{"a":', '}', 15 * MEGABYTE))],
  ['lists that never end', () => '['.repeat(15 * MEGABYTE)],
  [
    'a million keys',
    () => webhook(`{${Array.from({ length: 1_000_000 }, (_, n) => `"k${n}":0`).join(',')}}`),
  ],
  ['one key a million times', () => webhook(`{${Array(1_000_000).fill('"k":0').join(',')}}`)],
  ['a number of ten million digits', () => webhook('9'.repeat(10 * MEGABYTE))],
  ['a text of escapes', () => webhook(`"${'\\u0000'.repeat(2 * MEGABYTE)}"`)],
  ['a text of backslashes', () => webhook(`"${'\\\\'.repeat(7 * MEGABYTE)}"`)],
  ['a text of almost e-mails', () => webhook(`"${'a.b@'.repeat(3 * MEGABYTE)}"`)],
  ['a type as long as the body', () => `{"webhook_type":"${'a'.repeat(15 * MEGABYTE)}"}`],
]

const send = async (body: string, signature: string) => {
  const began = performance.now()
  const answer = await fetch(`http://127.0.0.1:${arena.port}/webhooks/lago`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-lago-signature': signature },
    body,
  })
  await answer.arrayBuffer()
  return { status: answer.status, ms: performance.now() - began }
}

test.each(HEAVY)(
  '%s: unsigned it is refused, signed it is answered, and neither holds the process up',
  async (_, make) => {
    const body = make()
    const refused = await send(body, 'AAAA')
    expect(refused.status).toBe(401)
    expect(refused.ms).toBeLessThan(3_000)
    const signed = await send(
      body,
      createHmac('sha256', arena.material.hmacKey).update(body).digest('base64'),
    )
    expect([200, 400]).toContain(signed.status)
    expect(signed.ms).toBeLessThan(10_000)
    const began = performance.now()
    expect((await fetch(`http://127.0.0.1:${arena.port}/healthz`)).status).toBe(200)
    expect(performance.now() - began).toBeLessThan(2_000)
  },
  60_000,
)
