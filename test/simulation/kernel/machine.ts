import type { Pace } from '../../../src/time.ts'
import type { Mishaps } from './mishaps.ts'
import type { Timeline } from './timeline.ts'

/** One thing that a process asks of the outside: how long it takes there and back, in milliseconds. */
type Errand<T> = {
  label: string
  there: number
  back: number
  /** `statement`: the clock stands still while it runs. `call`: it may take any time. */
  kind: 'statement' | 'call'
  /** The caller gives up when it aborts; the errand goes on all the same. */
  signal?: AbortSignal
  run(): Promise<T>
}

/**
 * The machine one replica runs on. Everything the replica awaits goes through it, so that it can be stopped between
 * any two of them: whatever it waits for then never comes, as for a process that was killed.
 */
export class Machine {
  alive = true
  #frozenUntil = 0
  readonly #waiting = new Set<(error: Error) => void>()
  #statements = 0

  constructor(
    readonly name: string,
    private readonly timeline: Timeline,
    private readonly mishaps: Mishaps,
    /** Told of the end, and of each pause in milliseconds. */
    private readonly on: { crash(): void; freeze(ms: number): void },
  ) {}

  /** Whether anything is under way. */
  get busy(): boolean {
    return this.#waiting.size > 0
  }

  get frozen(): boolean {
    return this.timeline.now().getTime() < this.#frozenUntil
  }

  /** Whether a statement is under way. */
  get inDatabase(): boolean {
    return this.#statements > 0
  }

  perform<T>({ label, there, back, kind, signal, run }: Errand<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!this.alive) return
      const { mishap, leaves } = this.mishaps.next()
      if (mishap?.kind === 'crash-before') this.crash(label)
      if (mishap?.kind === 'freeze') this.freeze(mishap.ms)
      if (!this.alive && !leaves) return
      this.#waiting.add(reject)
      if (kind === 'statement') this.#statements++
      signal?.addEventListener(
        'abort',
        () => {
          if (this.#waiting.delete(reject)) reject(signal.reason)
        },
        { once: true },
      )
      const answer = (hand: () => void) => {
        const arrive = () => {
          if (!this.alive) return
          if (this.frozen) {
            this.timeline.schedule(new Date(this.#frozenUntil), arrive)
            return
          }
          if (kind === 'statement') this.#statements--
          if (this.#waiting.delete(reject)) hand()
        }
        if (mishap?.kind === 'crash-after') this.crash(label)
        this.timeline.after(back, arrive)
      }
      const errand = async () => {
        try {
          const value = await run()
          answer(() => resolve(value))
        } catch (error) {
          answer(() => reject(error as Error))
        }
      }
      if (kind === 'statement') this.timeline.holding(there, errand)
      else this.timeline.after(there, errand)
    })
  }

  /** Its waiting and its luck. */
  pace(random: () => number): Pace {
    return {
      random,
      sleep: ms =>
        new Promise(resolve => {
          // Who sleeps when the world ends is not woken for it.
          const asleep = () => {}
          this.#waiting.add(asleep)
          const wake = () => {
            if (!this.alive) return
            if (this.frozen) {
              this.timeline.schedule(new Date(this.#frozenUntil), wake)
              return
            }
            this.#waiting.delete(asleep)
            resolve()
          }
          this.timeline.after(ms, wake)
        }),
      deadline: ms => {
        const controller = new AbortController()
        const ring = () => {
          if (this.frozen) this.timeline.schedule(new Date(this.#frozenUntil), ring)
          else if (this.alive) controller.abort(new DOMException('The operation timed out.', 'TimeoutError'))
        }
        this.timeline.after(ms, ring)
        return controller.signal
      },
    }
  }

  crash(_at: string): void {
    if (!this.alive) return
    this.alive = false
    this.on.crash()
  }

  freeze(ms: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, this.timeline.now().getTime() + ms)
    this.on.freeze(ms)
  }

  thaw(): void {
    this.#frozenUntil = 0
  }

  /** The end of the world: what waits is let go, so that nothing of it stays in memory. */
  abandon(): void {
    this.alive = false
    for (const reject of this.#waiting) reject(new Error('the simulated process is gone'))
    this.#waiting.clear()
  }
}
