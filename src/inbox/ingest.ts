import type { Delivery } from '../core/delivery.ts'
import type { Sql } from '../db/connection.ts'
import { isDataFault } from '../db/data-fault.ts'
import { storeDeliveries } from '../db/queries/store-deliveries.ts'
import type { Time } from '../time.ts'

/** `stored`: new, and committed. `seen`: the same delivery was committed before. `ignored`: kept, but not acted on. */
export type Receipt = { outcome: 'stored' | 'seen' | 'ignored'; payableKey: string | null }

/** The largest batch, in deliveries and in bytes of bodies. */
const MOST_DELIVERIES = 500
const MOST_BYTES = 16 * 1024 * 1024

type Waiting = { delivery: Delivery; resolve: (receipt: Receipt) => void; reject: (error: unknown) => void }

/**
 * Stores deliveries durably. Those that arrive while a statement is under way go together in the next one, so that
 * a burst costs few commits; an answer is given only after its commit.
 */
export class Ingest {
  #waiting: Waiting[] = []
  #writing = 0

  /** `writers`: how many statements may be under way at once. */
  constructor(
    private readonly sql: Sql,
    private readonly time: Time,
    private readonly onStored: (payableKeys: string[]) => void = () => {},
    private readonly writers = 2,
  ) {}

  /** How many deliveries wait to be written. */
  get depth(): number {
    return this.#waiting.length
  }

  /** Resolves once the delivery is committed. Rejects if it could not be: the sender has to send it again. */
  store(delivery: Delivery): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ delivery, resolve, reject })
      if (this.#writing < this.writers) void this.#write()
    })
  }

  async #write(): Promise<void> {
    this.#writing++
    // One turn of the event loop, so that requests which arrived together are written together.
    await new Promise(resolve => setImmediate(resolve))
    while (this.#waiting.length > 0) await this.#writeBatch(this.#takeBatch())
    this.#writing--
  }

  #takeBatch(): Waiting[] {
    let bytes = 0
    let count = 0
    for (const { delivery } of this.#waiting) {
      bytes += delivery.body.length
      if (count > 0 && (count >= MOST_DELIVERIES || bytes > MOST_BYTES)) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #writeBatch(batch: Waiting[]): Promise<void> {
    try {
      // The same delivery may arrive twice at once: one row, and the other has been seen.
      const unique = new Map(batch.map(({ delivery }) => [delivery.dedupeKey, delivery]))
      const stored = await storeDeliveries(this.sql, [...unique.values()], this.time.now())
      const fresh = new Map(stored.map(row => [row.dedupeKey, row]))
      for (const { delivery, resolve } of batch) {
        const row = fresh.get(delivery.dedupeKey)
        if (row) fresh.delete(delivery.dedupeKey)
        const outcome = row ? (row.outcome === 'ignored' ? 'ignored' : 'stored') : 'seen'
        resolve({ outcome, payableKey: row?.payableKey ?? delivery.claimedKey })
      }
      const woken = stored.flatMap(row =>
        row.outcome === 'stored' && row.payableKey ? [row.payableKey] : [],
      )
      if (woken.length > 0) this.onStored(woken)
    } catch (error) {
      // One that cannot be kept must not take down those that happened to arrive with it.
      if (batch.length > 1 && isDataFault(error)) for (const one of batch) await this.#writeBatch([one])
      else for (const { reject } of batch) reject(error)
    }
  }
}
