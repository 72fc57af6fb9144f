import { Ring } from './ring.ts'

/** One request as the sandbox saw it. */
export interface Call {
  method: string
  path: string
  query: Record<string, string>
  /** Lower-case names; credentials are left out. */
  headers: Record<string, string>
  /** Parsed JSON, the text when it is none, null when empty. */
  body: unknown
  /** Status answered; null when the connection was dropped or never answered. */
  status: number | null
  at: Date
  /** Whether the request took effect: false for a fault that struck before the work. */
  done: boolean
}

export type PathPattern = string | RegExp

const SECRET_HEADERS = new Set(['authorization', 'cookie'])

/** `*` in a string pattern stands for one path segment. */
export function matchesPath(pattern: PathPattern, path: string): boolean {
  if (typeof pattern !== 'string') return pattern.test(path)
  if (!pattern.includes('*')) return pattern === path
  const wanted = pattern.split('/')
  const got = path.split('/')
  return wanted.length === got.length && wanted.every((part, index) => part === '*' || part === got[index])
}

export function plainHeaders(headers: Headers): Record<string, string> {
  const plain: Record<string, string> = {}
  headers.forEach((value, name) => {
    if (!SECRET_HEADERS.has(name)) plain[name] = value
  })
  return plain
}

/** The last `limit` calls, and a count of all of them by method and path. */
export class CallLog {
  private readonly ring: Ring<Call>
  private readonly counts = new Map<string, number>()
  enabled = true

  constructor(limit = 10_000) {
    this.ring = new Ring(limit)
  }

  add(call: Call): void {
    if (this.enabled) this.ring.push(call)
  }

  /** Counts one request; `route` has ids replaced by `*`, so that the number of keys stays small. */
  tally(method: string, route: string): void {
    const key = `${method} ${route}`
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
  }

  get total(): number {
    let total = 0
    for (const count of this.counts.values()) total += count
    return total
  }

  /** Requests since the start (or `clear`) by route, also those the ring has forgotten. */
  byRoute(): Record<string, number> {
    return Object.fromEntries(this.counts)
  }

  all(): Call[] {
    return this.ring.toArray()
  }

  /** The remembered calls of one method and path; `*` stands for one segment. */
  find(method: string, path: PathPattern): Call[] {
    return this.all().filter(call => call.method === method && matchesPath(path, call.path))
  }

  count(method: string, path: PathPattern): number {
    return this.find(method, path).length
  }

  clear(): void {
    this.ring.clear()
    this.counts.clear()
  }
}
