import { type BodyRoom, processRoom } from './body-room.ts'

export type BodyResult =
  /** `release` gives its room back, once the body is no longer held. */
  { kind: 'body'; body: Buffer; release(): void } | { kind: 'too_large' | 'busy' | 'too_slow' | 'gone' }

type BodyOptions = {
  /** The largest body taken, in bytes. */
  maxBytes: number
  room?: BodyRoom
  /** How long a large body may take to arrive, in milliseconds. */
  timeoutMs?: number
}

/** Up to this size a body is read at once and takes no room: as many of them fit as there can be connections. */
const SMALL_BYTES = 64 * 1024
const TIMEOUT_MS = 20_000

/**
 * Reads a body whose sender is not known yet, within bounds of size, memory and time. Room is taken for what has
 * arrived, not for what was announced: announcing costs a stranger nothing. Never throws.
 */
export async function readBody(
  request: Request,
  { maxBytes, room = processRoom, timeoutMs = TIMEOUT_MS }: BodyOptions,
): Promise<BodyResult> {
  const announced = request.headers.has('transfer-encoding')
    ? Number.POSITIVE_INFINITY
    : Number(request.headers.get('content-length') ?? 0)
  if (Number.isFinite(announced) && announced > maxBytes) return { kind: 'too_large' }
  try {
    if (announced <= SMALL_BYTES)
      return { kind: 'body', body: Buffer.from(await request.arrayBuffer()), release: () => {} }
    return await readLarge(request, maxBytes, room, timeoutMs)
  } catch {
    // A body ends in no other way: whoever sent it has gone.
    return { kind: 'gone' }
  }
}

async function readLarge(
  request: Request,
  maxBytes: number,
  room: BodyRoom,
  timeoutMs: number,
): Promise<BodyResult> {
  const reader = request.body?.getReader()
  if (!reader) return { kind: 'body', body: Buffer.alloc(0), release: () => {} }
  const pieces: Uint8Array[] = []
  let size = 0
  let kept = false
  let late: Timer | undefined
  const tooSlow = new Promise<'too_slow'>(resolve => {
    late = setTimeout(() => resolve('too_slow'), timeoutMs)
  })
  try {
    for (;;) {
      const read = await Promise.race([reader.read(), tooSlow])
      if (read === 'too_slow') return refused(read)
      if (read.done) break
      if (size + read.value.length > maxBytes) return refused('too_large')
      if (!room.take(read.value.length)) return refused('busy')
      size += read.value.length
      pieces.push(read.value)
    }
    kept = true
    return { kind: 'body', body: Buffer.concat(pieces, size), release: () => room.release(size) }
  } finally {
    clearTimeout(late)
    if (!kept) room.release(size)
  }

  function refused(kind: 'too_large' | 'busy' | 'too_slow'): BodyResult {
    void reader?.cancel().catch(() => {})
    return { kind }
  }
}
