import { Agenda } from './agenda.ts'
import type { Job, SandboxClock, Scheduled } from './clock.ts'

/**
 * Time that moves only when told to. Due jobs run in time order, each awaited before the next, except a job that
 * has come to wait for this very clock (a hanging call, a slow answer): it goes on when its time comes.
 */
export class VirtualClock implements SandboxClock {
  private readonly agenda = new Agenda()
  private current: number
  private onBlocked: (() => void) | undefined

  constructor(start: Date = new Date('2026-01-01T00:00:00.000Z')) {
    this.current = start.getTime()
  }

  now(): Date {
    return new Date(this.current)
  }

  schedule(at: Date, job: Job): Scheduled {
    return this.agenda.add(Math.max(at.getTime(), this.current), job)
  }

  nextAt(): Date | undefined {
    const at = this.agenda.nextAt()
    return at === undefined ? undefined : new Date(at)
  }

  advance(ms: number): Promise<void> {
    return this.advanceTo(new Date(this.current + ms))
  }

  async advanceTo(date: Date): Promise<void> {
    const target = Math.max(date.getTime(), this.current)
    for (let due = this.agenda.takeDue(target); due; due = this.agenda.takeDue(target)) {
      this.current = Math.max(this.current, due.at)
      await this.run(due.job)
    }
    this.current = target
  }

  /** Runs what is due now, and what that makes due now. */
  runDue(): Promise<void> {
    return this.advanceTo(this.now())
  }

  blocked(): void {
    this.onBlocked?.()
  }

  private async run(job: Job): Promise<void> {
    const blocked = new Promise<void>(resolve => {
      this.onBlocked = resolve
    })
    try {
      await Promise.race([job(), blocked])
    } finally {
      this.onBlocked = undefined
    }
  }
}
