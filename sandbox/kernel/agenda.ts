import type { Job, Scheduled } from './clock.ts'
import { Heap } from './heap.ts'

interface Entry {
  readonly at: number
  readonly order: number
  readonly job: Job
  cancelled: boolean
}

/** What a clock still has to do. */
export class Agenda {
  private readonly heap = new Heap<Entry>()
  private order = 0

  add(at: number, job: Job): Scheduled {
    const entry: Entry = { at, order: this.order++, job, cancelled: false }
    this.heap.push(entry)
    return {
      cancel: () => {
        entry.cancelled = true
      },
    }
  }

  /** Time of the next job in milliseconds since the epoch, undefined when there is none. */
  nextAt(): number | undefined {
    for (;;) {
      const entry = this.heap.peek()
      if (entry === undefined) return undefined
      if (!entry.cancelled) return entry.at
      this.heap.pop()
    }
  }

  /** Takes the next job that is due at `now`. */
  takeDue(now: number): { at: number; job: Job } | undefined {
    const at = this.nextAt()
    return at === undefined || at > now ? undefined : this.heap.pop()
  }
}
