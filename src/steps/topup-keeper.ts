import type { TopupFact } from '../core/facts.ts'
import type { TopupId } from '../core/ids.ts'

/** Somebody else was quicker: the top-up is credited, or being credited, for something else; or it was canceled. */
export class TopupTaken extends Error {}

/** Who keeps the top-ups and moves the credits. Every method may be called again after an unknown end. */
export type TopupKeeper = {
  /** The top-up as it is now, or null if there is no such one. */
  read(id: TopupId, at: Date): Promise<TopupFact | null>
  /** Gives the credits, once. Throws TopupTaken, or CallError if the balance is kept elsewhere. */
  credit(topup: TopupFact, with_: CreditNote, at: Date): Promise<TopupFact>
  /** Takes credits back, once for each `key`; what was spent already is a shortfall. Null: it cannot. */
  debit: ((topup: TopupFact, loss: DebitNote) => Promise<{ debited: bigint; shortfall: bigint }>) | null
}

/** What a credit is written down with. `reference` is the payment's id at the provider. */
export type CreditNote = { reference: string; note: string; meta: Readonly<Record<string, string>> }

/** `key`: the refund's or the dispute's id. */
export type DebitNote = {
  key: string
  credits: bigint
  note: string
  meta: Readonly<Record<string, string>>
}
