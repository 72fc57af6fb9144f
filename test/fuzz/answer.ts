/** What came back. `closed`: the server ended the connection without a whole answer. */
export type Answer =
  | { kind: 'answer'; status: number; headers: ReadonlyMap<string, string>; body: string; rest: Buffer }
  | { kind: 'closed' }
  | { kind: 'silent' }

const HEAD_END = Buffer.from('\r\n\r\n')

/** Reads one answer from the start of `bytes`; null while it is not whole. */
export function readAnswer(bytes: Buffer, method: string, ended: boolean): Answer | null {
  const end = bytes.indexOf(HEAD_END)
  if (end < 0) return null
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(first.split(' ')[1])
  // 100: go on. The answer follows.
  if (status < 200) return readAnswer(bytes.subarray(end + HEAD_END.length), method, ended)
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  const after = bytes.subarray(end + HEAD_END.length)
  const found = (body: Buffer, rest: Buffer): Answer => ({
    kind: 'answer',
    status,
    headers,
    body: body.toString('utf8'),
    rest,
  })
  if (method === 'HEAD' || status === 204 || status === 304) return found(Buffer.alloc(0), after)
  const length = headers.get('content-length')
  if (length !== undefined) {
    const size = Number(length)
    return after.length < size ? null : found(after.subarray(0, size), after.subarray(size))
  }
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(after, found)
  return ended ? found(after, Buffer.alloc(0)) : null
}

function readChunks(bytes: Buffer, found: (body: Buffer, rest: Buffer) => Answer): Answer | null {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return null
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16)
    const start = line + 2
    if (bytes.length < start + size + 2) return null
    if (size === 0) return found(Buffer.concat(parts), bytes.subarray(start + 2))
    parts.push(bytes.subarray(start, start + size))
    at = start + size + 2
  }
}
