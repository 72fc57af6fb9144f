import { Agenda } from './agenda.ts'
import type { Job, SandboxClock, Scheduled } from './clock.ts'

const LONGEST_TIMER = 2 ** 31 - 1

export interface RealClockOptions {
  /** Sandbox seconds per real second. */
  speed?: number
  start?: Date
  /** Told of a job that threw. Default: printed. */
  onError?: (error: unknown) => void
}

/** Follows the machine's clock, may run faster than it, and can be pushed ahead. Its timers keep no process alive. */
export class RealClock implements SandboxClock {
  private readonly agenda = new Agenda()
  private readonly speed: number
  private readonly onError: (error: unknown) => void
  private readonly realStart = Date.now()
  private origin: number
  private timer: ReturnType<typeof setTimeout> | undefined
  private armedFor = Number.POSITIVE_INFINITY
  private closed = false

  constructor({ speed = 1, start, onError = error => console.error(error) }: RealClockOptions = {}) {
    this.speed = speed
    this.origin = start?.getTime() ?? this.realStart
    this.onError = onError
  }

  now(): Date {
    return new Date(this.origin + (Date.now() - this.realStart) * this.speed)
  }

  wall(): Date {
    return new Date()
  }

  schedule(at: Date, job: Job): Scheduled {
    const entry = this.agenda.add(at.getTime(), job)
    if (at.getTime() < this.armedFor) this.arm()
    return entry
  }

  /** Jumps ahead by `ms`; what became due runs at once, without being awaited by the timer. */
  advance(ms: number): void {
    this.origin += ms
    this.arm()
  }

  close(): void {
    this.closed = true
    clearTimeout(this.timer)
  }

  private arm(): void {
    clearTimeout(this.timer)
    const next = this.agenda.nextAt()
    this.armedFor = next ?? Number.POSITIVE_INFINITY
    if (next === undefined || this.closed) return
    const wait = Math.max(0, (next - this.now().getTime()) / this.speed)
    this.timer = setTimeout(() => this.fire(), Math.min(Math.ceil(wait), LONGEST_TIMER))
    this.timer.unref()
  }

  private fire(): void {
    const now = this.now().getTime()
    for (let due = this.agenda.takeDue(now); due && !this.closed; due = this.agenda.takeDue(now)) {
      const { job } = due
      // A job that throws must not take the timer, and every later job, with it.
      Promise.resolve().then(job).catch(this.onError)
    }
    this.arm()
  }
}
