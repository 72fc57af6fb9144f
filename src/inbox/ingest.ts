import type { Delivery } from '../core/delivery.ts'
import type { Sql } from '../db/connection.ts'
import { storeDeliveries } from '../db/queries/store-deliveries.ts'
import type { Time } from '../time.ts'
import { Batcher } from './batcher.ts'

/** `stored`: new, and committed. `seen`: the same delivery was committed before. `ignored`: kept, but not acted on. */
export type Receipt = { outcome: 'stored' | 'seen' | 'ignored'; payableKey: string | null }

/** The largest batch, in deliveries and in bytes of bodies. While it is written, the payables it is about are locked. */
const MOST_DELIVERIES = 100
const MOST_BYTES = 16 * 1024 * 1024

/**
 * Stores deliveries durably. Those that arrive while a statement is under way go together in the next one, so that
 * a burst costs few commits; an answer is given only after its commit.
 */
export class Ingest {
  readonly #batcher: Batcher<Delivery, Receipt>

  /** `writers`: how many statements may be under way at once. */
  constructor(
    private readonly sql: Sql,
    private readonly time: Time,
    private readonly onStored: (payableKeys: string[]) => void = () => {},
    writers = 2,
  ) {
    this.#batcher = new Batcher({
      writers,
      write: deliveries => this.#write(deliveries),
      fits(batch, next) {
        const bytes = batch.reduce((sum, { body }) => sum + body.length, next.body.length)
        return batch.length < MOST_DELIVERIES && bytes <= MOST_BYTES
      },
    })
  }

  /** How many deliveries wait to be written. */
  get depth(): number {
    return this.#batcher.depth
  }

  /** Resolves once the delivery is committed. Rejects if it could not be: the sender has to send it again. */
  store(delivery: Delivery): Promise<Receipt> {
    return this.#batcher.add(delivery)
  }

  async #write(deliveries: readonly Delivery[]): Promise<Receipt[]> {
    // The same delivery may arrive twice at once: one row, and the other has been seen.
    const unique = new Map(deliveries.map(delivery => [delivery.dedupeKey, delivery]))
    const stored = await storeDeliveries(this.sql, [...unique.values()], this.time.now())
    const fresh = new Map(stored.map(row => [row.dedupeKey, row]))
    const receipts = deliveries.map((delivery): Receipt => {
      const row = fresh.get(delivery.dedupeKey)
      fresh.delete(delivery.dedupeKey)
      const outcome = row ? (row.outcome === 'ignored' ? 'ignored' : 'stored') : 'seen'
      return { outcome, payableKey: row?.payableKey ?? delivery.claimedKey }
    })
    const woken = stored.flatMap(row => (row.outcome === 'stored' && row.payableKey ? [row.payableKey] : []))
    if (woken.length > 0) this.onStored(woken)
    return receipts
  }
}
