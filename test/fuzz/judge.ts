import type { Answer } from './answer.ts'
import { isBroken, type Shot } from './shot.ts'
import type { Target } from './target.ts'

/** The marker that some requests try to get into an answer's headers. */
const INJECTED = 'x-fuzz-injected'

const PAGE_HEADERS: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
  'cache-control': /no-store/,
  'referrer-policy': /^no-referrer$/,
  'x-content-type-options': /^nosniff$/,
}

/** What is wrong with an answer; null if nothing is. These rules hold at every door. */
export function judge(target: Target, shot: Shot, answer: Answer, checkouts: string): string | null {
  const broken = isBroken(shot)
  if (answer.kind === 'closed') return broken ? null : 'the connection was closed without an answer'
  if (answer.kind === 'silent') return 'no answer'
  const { status, headers, body } = answer
  if (headers.has(INJECTED)) return 'a header of the caller came back'
  // What is no HTTP at all is refused by the parser, before it is a request.
  if (broken && [400, 413, 431, 505].includes(status)) return null
  if (status >= 500) return `answered ${status}`
  if (shot.trust === 'forged' && status < 400) return 'a forgery was accepted'
  if (shot.method === 'HEAD') return target.judge(shot, answer)
  const wrong = status === 302 ? redirect(headers, checkouts) : form(status, headers, body)
  return wrong ?? target.judge(shot, answer)
}

function redirect(headers: ReadonlyMap<string, string>, checkouts: string): string | null {
  const location = headers.get('location') ?? ''
  return location.startsWith(`${checkouts}/`) ? null : `redirected to ${location}`
}

function form(status: number, headers: ReadonlyMap<string, string>, body: string): string | null {
  const type = headers.get('content-type') ?? ''
  if (/^text\/html; charset=utf-8$/i.test(type)) {
    for (const [name, wanted] of Object.entries(PAGE_HEADERS))
      if (!wanted.test(headers.get(name) ?? '')) return `a page without its ${name}`
    return /<script|onload=/i.test(body) ? 'a page with a script in it' : null
  }
  if (!/^application\/json/.test(type))
    return `neither JSON nor a page: ${status} ${type} ${body.slice(0, 80)}`
  try {
    const { error, code } = JSON.parse(body) as { error?: unknown; code?: unknown }
    if (status < 400) return null
    // The payment service puts its code into the error.
    const told = typeof error === 'object' && error !== null && 'code' in error ? error.code : code
    return typeof told === 'string' ? null : 'an error without a code'
  } catch {
    return 'JSON that is none'
  }
}
