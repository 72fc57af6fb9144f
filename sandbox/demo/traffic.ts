import type { Call } from '../kernel/call-log.ts'
import type { Delivery } from '../kernel/delivery.ts'
import { noteOf } from './notes.ts'
import type { Palette } from './screen.ts'
import type { Stage } from './stage.ts'

/** One HTTP request between two of the parties. */
export type Message = {
  from: string
  to: string
  method: string
  path: string
  /** Null: there was no answer. */
  status: number | null
  note: string
  at: Date
}

/** What was said between Lago, Dodo, the bridge and the customer; each message is handed out once. */
export class Traffic {
  readonly #seen = new WeakSet<object>()
  readonly #own: Message[] = []
  /** How many requests the bridge has made so far. */
  readonly calls = { lago: 0, dodo: 0 }

  constructor(private readonly stage: Pick<Stage, 'lago' | 'dodo'>) {}

  /** A request that neither fake sees: the customer's to the bridge. */
  add(message: Omit<Message, 'at'>): void {
    this.#own.push({ ...message, at: new Date() })
  }

  /** Forgets what was said so far, such as at the start. */
  forget(): void {
    this.take()
    this.calls.lago = 0
    this.calls.dodo = 0
  }

  /** What was said since the last time, oldest first. */
  take(): Message[] {
    const { lago, dodo } = this.stage
    const messages = [
      ...this.#own.splice(0),
      ...this.#fresh(lago.faults.calls.all()).flatMap(call => this.#call('Lago', call)),
      ...this.#fresh(dodo.faults.calls.all()).flatMap(call => this.#call('Dodo', call)),
      ...this.#webhooks('Lago', lago.deliveries.log),
      ...this.#webhooks('Dodo', dodo.deliveries.log),
    ]
    return messages.sort((a, b) => a.at.getTime() - b.at.getTime())
  }

  #fresh<T extends object>(items: readonly T[]): T[] {
    const fresh = items.filter(item => !this.#seen.has(item))
    for (const item of fresh) this.#seen.add(item)
    return fresh
  }

  #call(to: 'Lago' | 'Dodo', call: Call): Message[] {
    if (call.path === '/favicon.ico') return []
    const { method, path, status, at } = call
    const byPerson = path === '/' || path.startsWith('/session/')
    if (!byPerson) this.calls[to === 'Lago' ? 'lago' : 'dodo'] += 1
    return [
      {
        from: byPerson ? 'customer' : 'bridge',
        to,
        method,
        path,
        status,
        at,
        note: noteOf(to, method, call),
      },
    ]
  }

  #webhooks(from: string, deliveries: readonly Delivery[]): Message[] {
    const answered = deliveries.flatMap(({ type, endpoint, attempts }) =>
      attempts
        .filter(({ status, error }) => status !== null || error !== undefined)
        .map(attempt => ({ type, endpoint, attempt })),
    )
    const fresh = new Set(this.#fresh(answered.map(({ attempt }) => attempt)))
    return answered
      .filter(({ attempt }) => fresh.has(attempt))
      .map(({ type, endpoint, attempt }) => ({
        from,
        to: 'bridge',
        method: 'POST',
        path: new URL(endpoint.url).pathname,
        status: attempt.status,
        note: type,
        at: attempt.at,
      }))
  }
}

const WHO = 19
const PATH = 34

/** One line for a message, with long ids cut short. */
export function messageLine({ from, to, method, path, status, note }: Message, paint: Palette): string {
  const who = `${from} → ${to}`.padEnd(WHO)
  const what = `${method.padEnd(5)}${shortPath(path).padEnd(PATH)}`
  const good = status !== null && status < 400
  const answer = (good ? paint.green : paint.red)(String(status ?? '---'))
  return `     ${paint.cyan(who)}${what} ${answer}  ${paint.dim(note)}`
}

const shortPath = (path: string): string =>
  path
    .split('/')
    .map(part => (part.length > 16 ? `${part.slice(0, 8)}…${part.slice(-3)}` : part))
    .join('/')
