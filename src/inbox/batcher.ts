import { isDataFault, isDeadlock } from '../db/data-fault.ts'

type Waiting<Item, Result> = {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

export type BatcherOptions<Item, Result> = {
  /** Writes them all or none, and tells what came of each, in their order. */
  write(items: readonly Item[]): Promise<readonly Result[]>
  /** How many writes may be under way at once. */
  writers: number
  /** Whether one more may go along with those. */
  fits(batch: readonly Item[], next: Item): boolean
}

/**
 * Puts together what is to be written at the same moment: what comes while a write is under way goes in the next one.
 * Under load that makes few writes of many; alone, nobody waits.
 */
export class Batcher<Item, Result> {
  #waiting: Waiting<Item, Result>[] = []
  #writing = 0

  constructor(private readonly options: BatcherOptions<Item, Result>) {}

  /** How many wait to be written. */
  get depth(): number {
    return this.#waiting.length
  }

  /** Resolves once it is written. Rejects if it could not be. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      if (this.#writing < this.options.writers) void this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    this.#writing++
    // One turn of the event loop, so that what came together is written together.
    await new Promise(resolve => setImmediate(resolve))
    while (this.#waiting.length > 0) await this.#write(this.#takeBatch())
    this.#writing--
  }

  #takeBatch(): Waiting<Item, Result>[] {
    const items: Item[] = []
    for (const { item } of this.#waiting) {
      if (items.length > 0 && !this.options.fits(items, item)) break
      items.push(item)
    }
    return this.#waiting.splice(0, items.length)
  }

  async #write(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    const items = batch.map(({ item }) => item)
    try {
      // Of two that wait for each other one is undone as if it had never been: it can be done again.
      const results = await this.options.write(items).catch(error => {
        if (isDeadlock(error)) return this.options.write(items)
        throw error
      })
      for (const [n, { resolve }] of batch.entries()) resolve(results[n] as Result)
    } catch (error) {
      // One that cannot be kept must not take down those that happened to come with it.
      if (batch.length > 1 && isDataFault(error)) for (const one of batch) await this.#write([one])
      else for (const { reject } of batch) reject(error)
    }
  }
}
