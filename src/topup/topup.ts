/** A top-up as the outside sees it. `credits` and `usd_cents` are whole numbers; times are ISO 8601. */
export type Topup = {
  topup_id: string
  user_id: string
  credits: number
  usd_cents: number
  /** `pending`, `processing`, `paid` or `canceled`. */
  status: string
  note: string
  ref: string
  metadata_json: string
  created_at: string
  updated_at: string
}

/** What a payment service has to know of a top-up. Prices are in US cents; `usd_cents` missing: from the credits. */
export type TopupView = Pick<Topup, 'topup_id' | 'user_id' | 'status'> & {
  credits: number | bigint
  usd_cents?: number | bigint
  note?: string
  /** What it was credited for, if the keeper remembers: the `ref` that `finishTopup` was called with. */
  credited_for?: string | null
}

/** Written down with a credit. `ref`: the provider's id of the payment. */
export type FinishNote = { note?: string; ref?: string; meta?: Readonly<Record<string, unknown>> }

/** `key` makes it happen once: the id of the refund or of the lost dispute. */
export type ReverseNote = FinishNote & { key: string; credits: bigint }

export type ReadTopup = (topupId: string) => Promise<TopupView | null>
/** Gives the credits once; a second call throws, or answers as the first if its `ref` is the same. */
export type FinishTopup = (topupId: string, note: FinishNote) => Promise<unknown>
/** Takes credits back, as many as are there. Without it a refund waits for a person. */
export type ReverseTopup = (
  topupId: string,
  note: ReverseNote,
) => Promise<{ debited: number | bigint; shortfall: number | bigint }>
