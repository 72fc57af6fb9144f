export type MoneyPolicy = 'refund' | 'review'
export type TaxMode = 'inclusive' | 'exclusive'

/** The settings that change what is decided. Source: the configuration table of the README. */
export type Policy = {
  taxMode: TaxMode
  /** The Dodo product for each currency (upper case); `*` serves a single product of any currency. */
  products: ReadonlyMap<string, string>
  /** What to do with a second payment of a paid invoice. */
  duplicatePayments: MoneyPolicy
  /** What to do with money for an invoice that was voided or settled another way. */
  latePayments: MoneyPolicy
  /** Why a configured product cannot be used, by product id; empty when all are fit. */
  unfitProducts: ReadonlyMap<string, string>
  /** What a pay link begins with; the payable's token is put behind it. */
  payLinkBase: string
  /** Waits before each attempt after a declined one, in milliseconds. */
  retrySchedule: readonly number[]
}

/** A checkout session lives 24 h; the last minutes are not handed out. Source: Dodo, checkout sessions. */
export const SESSION_LIFETIME_MS = 24 * 60 * 60 * 1000
export const SESSION_MARGIN_MS = 10 * 60 * 1000

/** The product that charges a currency, or undefined if none is configured. */
export const productFor = (policy: Policy, currency: string): string | undefined =>
  policy.products.get(currency) ?? policy.products.get('*')
