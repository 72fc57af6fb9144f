import { describe, expect, test } from 'bun:test'
import { BodyRoom } from '../../src/http/body-room.ts'
import { readBody } from '../../src/http/read-body.ts'
import { inPieces } from './support.ts'

const KB = 1024
const MB = 1024 * KB

const streamed = (body: ReadableStream<Uint8Array<ArrayBuffer>>) =>
  new Request('http://bridge.test/', { method: 'POST', headers: { 'transfer-encoding': 'chunked' }, body })

const never = () => streamed(new ReadableStream({ start: c => c.enqueue(new Uint8Array(100 * KB)) }))

describe('a body whose sender is not known yet', () => {
  test('is read whole, and gives its room back when it is no longer held', async () => {
    const room = new BodyRoom(2 * MB)
    const read = await readBody(streamed(inPieces(MB)), { maxBytes: 2 * MB, room })
    expect(read).toMatchObject({ kind: 'body', body: { length: MB } })
    expect(room.taken).toBe(MB)
    if (read.kind === 'body') read.release()
    expect(room.taken).toBe(0)
  })

  test('is refused while others fill the room, and taken when they have gone', async () => {
    const room = new BodyRoom(2 * MB)
    const options = { maxBytes: 4 * MB, room }
    const first = await readBody(streamed(inPieces(1.5 * MB)), options)
    expect(await readBody(streamed(inPieces(MB)), options)).toEqual({ kind: 'busy' })
    expect(room.taken).toBe(1.5 * MB)
    if (first.kind === 'body') first.release()
    expect((await readBody(streamed(inPieces(MB)), options)).kind).toBe('body')
  })

  test('takes no room for what it only announces', async () => {
    const room = new BodyRoom(MB)
    const pending = Array.from({ length: 5 }, () =>
      readBody(never(), { maxBytes: 16 * MB, room, timeoutMs: 200 }),
    )
    await Bun.sleep(50)
    expect(room.taken).toBe(500 * KB)
    expect((await Promise.all(pending)).map(read => read.kind)).toEqual(Array(5).fill('too_slow'))
    expect(room.taken).toBe(0)
  })

  test('is refused at its first byte too many, however it comes', async () => {
    const room = new BodyRoom(16 * MB)
    expect(await readBody(streamed(inPieces(MB + 1)), { maxBytes: MB, room })).toEqual({ kind: 'too_large' })
    expect(room.taken).toBe(0)
  })

  test('that breaks off is nothing, and leaves no room taken', async () => {
    const room = new BodyRoom(MB)
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(100 * KB))
        setTimeout(() => controller.error(new Error('gone')), 20)
      },
    })
    expect(await readBody(streamed(broken), { maxBytes: MB, room })).toEqual({ kind: 'gone' })
    expect(room.taken).toBe(0)
  })

  test('that is small takes no room: the room being full does not keep it out', async () => {
    const request = new Request('http://bridge.test/', {
      method: 'POST',
      headers: { 'content-length': '2' },
      body: '{}',
    })
    expect((await readBody(request, { maxBytes: MB, room: new BodyRoom(0) })).kind).toBe('body')
  })
})
