import type { Answer } from './answer.ts'
import type { Fired } from './volley.ts'

/** Latencies are counted in classes of a twentieth of a decade: exact enough, and of fixed size. */
const PER_DECADE = 20

/** What came of the requests to one target. */
export class Tally {
  requests = 0
  longestMs = 0
  longest = ''
  readonly answers = new Map<string, number>()
  readonly #latencies = new Map<number, number>()

  add({ shot, answer, ms }: Fired): void {
    this.requests++
    const name = nameOf(answer)
    this.answers.set(name, (this.answers.get(name) ?? 0) + 1)
    // A connection that the client itself half closed is waited for until the server gives up.
    if (answer.kind !== 'answer') return
    const place = Math.ceil(Math.log10(Math.max(0.01, ms)) * PER_DECADE)
    this.#latencies.set(place, (this.#latencies.get(place) ?? 0) + 1)
    if (ms > this.longestMs) {
      this.longestMs = ms
      this.longest = shot.say
    }
  }

  /** The latency that this share of the answers did not exceed, in milliseconds. */
  quantile(share: number): number {
    const places = [...this.#latencies].sort(([a], [b]) => a - b)
    const total = places.reduce((sum, [, count]) => sum + count, 0)
    let seen = 0
    for (const [place, count] of places) {
      seen += count
      if (seen >= share * total) return 10 ** (place / PER_DECADE)
    }
    return 0
  }
}

const nameOf = (answer: Answer): string => (answer.kind === 'answer' ? String(answer.status) : answer.kind)
