/**
 * One request as it goes over the wire.
 * `forged`: has to be refused and may change nothing. `signed`: from a sender with the key, however senseless.
 * `open`: anybody may ask. `payer`: holds a real pay link.
 */
export type Shot = {
  /** The trick, for the reader of a failure and of the summary. */
  say: string
  trust: 'forged' | 'signed' | 'open' | 'payer'
  method: string
  path: string
  headers: readonly (readonly [name: string, value: string])[]
  body: Buffer
  framing: Framing
}

/**
 * How the body's length is told: truly, in chunks, more or less than there is, twice and differently, or not at all.
 * All but the first two are a broken or an ambiguous request, which the server may refuse before anything of ours sees it.
 */
export type Framing = 'length' | 'chunked' | 'more' | 'less' | 'both' | 'none'

export const isBroken = ({ framing, headers, path, method }: Shot): boolean =>
  (framing !== 'length' && framing !== 'chunked') ||
  method !== method.toUpperCase() ||
  !KNOWN_METHODS.has(method) ||
  !path.startsWith('/') ||
  !/^[!-~]+$/.test(path) ||
  headers.reduce((sum, [name, value]) => sum + name.length + value.length, path.length) > 14_000 ||
  headers.some(([name]) => /^(?:transfer-encoding|expect)$/i.test(name)) ||
  headers.some(([name, value]) => !/^[\w-]+$/.test(name) || !/^[ -~\u0080-\u00ff]*$/.test(value))

const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** The bytes of the request, kept alive unless the framing makes that impossible. */
export function wire({ method, path, headers, body, framing }: Shot): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: bridge.test']
  for (const [name, value] of headers) lines.push(`${name}: ${value}`)
  if (framing === 'chunked' || framing === 'both') lines.push('Transfer-Encoding: chunked')
  if (framing === 'length') lines.push(`Content-Length: ${body.length}`)
  if (framing === 'both') lines.push(`Content-Length: ${Math.max(1, body.length - 3)}`)
  if (framing === 'more') lines.push(`Content-Length: ${body.length + 7}`)
  if (framing === 'less') lines.push(`Content-Length: ${Math.max(0, body.length - 7)}`)
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return Buffer.concat([head, framing === 'chunked' || framing === 'both' ? inChunks(body) : body])
}

function inChunks(body: Buffer): Buffer {
  const size = Math.max(1, Math.ceil(body.length / 3))
  const parts: Buffer[] = []
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size)
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

/** A short, printable form of a shot, enough to send it again. */
export const show = (shot: Shot): string =>
  JSON.stringify({
    say: shot.say,
    trust: shot.trust,
    framing: shot.framing,
    request: `${shot.method} ${shot.path}`,
    headers: shot.headers.map(([name, value]) => [
      name,
      value.length > 200 ? `${value.slice(0, 80)}… (${value.length})` : value,
    ]),
    body: shot.body.toString('utf8').slice(0, 2_000),
    bytes: shot.body.length,
  })
