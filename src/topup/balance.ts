import type { After } from '../db/queries/page.ts'
import type { TopupRow } from '../db/queries/topups.ts'

export type Account = { credits: bigint; createdAt: Date | null; updatedAt: Date | null }

/** One movement as its owner sees it; `after` is the balance it left. */
export type HistoryEntry = {
  id: string
  /** `topup`, `refund`, `charge`, … */
  kind: string
  delta: bigint
  after: bigint
  note: string
  ref: string
  meta: Readonly<Record<string, unknown>>
  at: Date
}

export type CreditEntry = { ref: string; note: string; meta: Readonly<Record<string, unknown>> }

/** `key` is the refund's or the dispute's id; `since` when it was first tried. */
export type DebitEntry = CreditEntry & { key: string; credits: bigint; since: Date; isNew: boolean }

/**
 * Where the credits are. Both moves are called again after an unknown end and must then find out what they did; they
 * throw CallError, or Refusal for what will not get better.
 */
export type Balance = {
  kind: string
  /** Gives the credits of a top-up that the caller holds. */
  credit(topup: TopupRow, entry: CreditEntry): Promise<void>
  /** Takes back as many as there are. */
  debit(topup: TopupRow, entry: DebitEntry): Promise<{ debited: bigint; shortfall: bigint }>
  /** Why this user cannot buy, or null. */
  objection(userId: string): Promise<{ code: string; message: string } | null>
  account(userId: string): Promise<Account>
  history(
    userId: string,
    page: { limit: number; after: After },
  ): Promise<{ items: HistoryEntry[]; next: After }>
}
