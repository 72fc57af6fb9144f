/** A fee of a Lago invoice, as far as a credit note can touch it. */
export type CreditableFee = {
  feeId: string
  /** Minor units of the invoice currency, before coupons and tax. */
  amountCents: bigint
  /** The fee's share of coupons and progressive billing credit, in 1/100000 of a minor unit. */
  couponsE5: bigint
  /** Sum of the fee's tax rates, in 1/1000000000 of a percent (20 % is 20_000_000_000n). */
  taxRateE9: bigint
}

/** A finalized credit note that already exists on the invoice, voided ones included. Minor units. */
export type EarlierNote = {
  creditCents: bigint
  refundCents: bigint
  offsetCents: bigint
  taxesCents: bigint
  /** Tax before rounding, in 1/100000 of a minor unit. */
  preciseTaxesE5: bigint
  /** Total less tax, after coupons. */
  subTotalCents: bigint
  /** What each item took off its fee, whole units before coupon and tax. */
  items: { feeId: string; amountCents: bigint }[]
}

/** What must be known of an invoice to write a credit note on it. Minor units of its currency, in Lago's units. */
export type CreditableInvoice = {
  /** subscription, one_off, credit, progressive_billing, … */
  invoiceType: string
  /** Lago's format of the invoice, 4 today. Below 2 it takes no credit notes. */
  versionNumber: number
  paymentSucceeded: boolean
  totalCents: bigint
  totalPaidCents: bigint
  /** Everything billed, tax included, before prepaid credits and earlier credit notes were applied. */
  billedCents: bigint
  fees: CreditableFee[]
  earlierNotes: EarlierNote[]
  /** Credit invoices only: what the wallet still holds, when known. */
  walletBalanceCents?: bigint
}

/** Why no credit note can be written for an amount. */
export type CreditNoteRefusal =
  | 'not_positive'
  | 'amount_too_large'
  | 'invoice_too_old'
  | 'nothing_paid'
  | 'payment_not_settled'
  | 'exceeds_paid'
  | 'exceeds_creditable'
  | 'exceeds_wallet_balance'

/** One line of `items` in Lago's POST /credit_notes; `amount` is its `amount_cents`, a JSON number. */
export type CreditNoteItem = { feeId: string; amount: number }
