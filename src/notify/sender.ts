import type { Logger } from 'pino'
import type { Fetch } from '../calls/guarded-fetch.ts'
import type { Sql } from '../db/connection.ts'
import { claimNotices, type DueNotice, noticeFailed, noticeSent } from '../db/queries/due-notices.ts'
import type { Time } from '../time.ts'
import { messageOf } from './message.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Waits after each failed attempt; after the last one the notice is given up, three days in. Each is shortened by up to a fifth. */
export const NOTICE_WAITS_MS: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  20 * HOUR,
]

type SenderOptions = {
  sql: Sql
  time: Time
  log: Logger
  url: string
  /** Standard-Webhooks keys; every one signs. */
  keys: readonly string[]
  pollMs: number
  timeoutMs?: number
  waitsMs?: readonly number[]
  fetch?: Fetch
}

/** Sent at once by one process. */
const CONCURRENCY = 8
const TIMEOUT_MS = 15 * SECOND
const GRACE_MS = 5 * SECOND
/** A receiver answers this when it wants no more of it. Source: the Standard Webhooks specification. */
const GONE = 410

/**
 * Sends outgoing notices from their own table, at least once each. It shares nothing with the work list but the
 * database: a receiver that is slow or away holds up notices, never money.
 */
export class NoticeSender {
  #round: Promise<void> | null = null
  #again = false
  #stopped = false
  #poll: Timer | null = null
  readonly #cut = new AbortController()

  constructor(private readonly options: SenderOptions) {}

  start(): void {
    this.#poll = setInterval(() => this.kick(), this.options.pollMs)
    this.kick()
  }

  /** Something may be due: look now instead of at the next poll. */
  kick(): void {
    if (this.#stopped) return
    if (this.#round) {
      this.#again = true
      return
    }
    this.#round = this.#send().finally(() => {
      this.#round = null
      if (this.#again) {
        this.#again = false
        this.kick()
      }
    })
  }

  /** Takes nothing more, and lets what is under way come to its end for at most `graceMs`; the rest is sent again. */
  async stop(graceMs = GRACE_MS): Promise<void> {
    this.#stopped = true
    if (this.#poll) clearInterval(this.#poll)
    const cut = setTimeout(() => this.#cut.abort(new Error('the sender was stopped')), graceMs)
    await this.#round
    clearTimeout(cut)
  }

  async #send(): Promise<void> {
    const { sql, time, log, timeoutMs = TIMEOUT_MS } = this.options
    try {
      const now = time.now()
      const until = new Date(now.getTime() + timeoutMs + 15 * SECOND)
      const due = await claimNotices(sql, now, until, CONCURRENCY)
      await Promise.all(due.map(notice => this.#sendOne(notice)))
      if (due.length === CONCURRENCY) this.#again = true
    } catch (error) {
      log.error({ err: error }, 'notices could not be sent')
    }
  }

  async #sendOne(notice: DueNotice): Promise<void> {
    const { sql, time, log, url, keys } = this.options
    const fault = await this.#post(url, messageOf(notice, keys, time.now()))
    if (fault === null) return noticeSent(sql, notice.id, time.now())
    const wait = fault.final ? undefined : (this.options.waitsMs ?? NOTICE_WAITS_MS)[notice.attempts - 1]
    const retryAt =
      wait === undefined ? null : new Date(time.now().getTime() + wait * (1 - Math.random() / 5))
    const about = {
      payable: notice.payableKey,
      notice: notice.kind,
      attempts: notice.attempts,
      fault: fault.say,
    }
    if (retryAt) log.warn({ ...about, retryAt }, 'a notice was not taken')
    else log.error(about, 'a notice was given up')
    await noticeFailed(sql, notice.id, retryAt ? fault.say : `given up: ${fault.say}`, retryAt)
  }

  /** Null if it was taken. */
  async #post(
    url: string,
    { body, headers }: { body: string; headers: Record<string, string> },
  ): Promise<{ say: string; final: boolean } | null> {
    const { fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS } = this.options
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#cut.signal])
      // A redirect would take a signed message somewhere else.
      const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' })
      await response.body?.cancel()
      return response.ok
        ? null
        : { say: `the receiver answered ${response.status}`, final: response.status === GONE }
    } catch (error) {
      return { say: error instanceof Error ? error.message : String(error), final: false }
    }
  }
}
