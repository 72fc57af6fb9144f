import type { Sql } from '../db/connection.ts'
import { type Finish, finishRuns } from '../db/queries/finish-run.ts'
import { type Begin, beginIntents, type End, endIntents, LeaseLost } from '../db/queries/intents.ts'
import { Batcher } from './batcher.ts'

/** More would make one statement long, and one fault dear. */
const MOST_AT_ONCE = 64

/** What runs store. Those that come to it at the same moment share a statement. */
export type RunWrites = {
  /** Resolves with how often it has been begun, once that is committed. Throws LeaseLost. */
  begin(begin: Begin): Promise<number>
  end(end: End): Promise<void>
  /** Resolves with false if the lease was lost. */
  finish(finish: Finish): Promise<boolean>
}

export function runWrites(sql: Sql): RunWrites {
  const together = <Item, Result>(
    payableOf: (item: Item) => string,
    write: (items: readonly Item[]) => Promise<readonly Result[]>,
  ) =>
    new Batcher<Item, Result>({
      writers: 2,
      write,
      // A row can be written once in a statement.
      fits: (batch, next) =>
        batch.length < MOST_AT_ONCE && !batch.some(item => payableOf(item) === payableOf(next)),
    })
  const begins = together(
    ({ claim }: Begin) => claim.key,
    items => beginIntents(sql, items),
  )
  const ends = together(
    ({ payable }: End) => payable,
    async items => {
      await endIntents(sql, items)
      return items.map(() => null)
    },
  )
  const finishes = together(
    ({ claim }: Finish) => claim.key,
    items => finishRuns(sql, items),
  )
  return {
    async begin(begin) {
      const attempts = await begins.add(begin)
      if (attempts === null) throw new LeaseLost(begin.claim.key)
      return attempts
    },
    async end(end) {
      await ends.add(end)
    },
    finish: finish => finishes.add(finish),
  }
}
