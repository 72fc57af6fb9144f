/** Why a payable waits for a person. A closed set: every entry says what to do. */
export type ParkReason = keyof typeof PARK_REASONS

export const PARK_REASONS = {
  invoice_not_found: 'Lago knows no such invoice. Check that LAGO_API_URL and LAGO_API_KEY belong to the organization that sent the webhook, then retry.',
  currency_not_supported: 'Dodo does not charge in this currency. Collect the invoice another way and mark it paid in Lago.',
  no_product_for_currency: 'No Dodo product is configured for this currency. Add one to DODO_PRODUCTS, restart, then retry.',
  product_unfit: 'The Dodo product of this currency cannot charge an exact amount. Run the doctor command, mend the product, then retry.',
  below_minimum: 'The amount is below the least that Dodo charges. Collect it another way, or let it ride on the next invoice, then resolve.',
  above_maximum: 'The amount is above the largest that Dodo takes in one payment. Split the invoice or collect it another way.',
  checkout_refused: 'Dodo refused to open a checkout. Read its message, mend the cause, then retry.',
  amount_mismatch: 'A payment is not what was asked for. Compare both figures; refund it in Dodo, or record it in Lago by hand, then resolve.',
  currency_mismatch: 'A payment came in another currency than was asked. Refund it in Dodo, or record it in Lago by hand, then resolve.',
  product_mismatch: 'A payment was made for another product than was asked. Refund it in Dodo, or record it in Lago by hand, then resolve.',
  session_mismatch: 'A payment names this invoice, but was not made in a checkout that was opened for it. Find out whose it is; refund it or record it by hand, then resolve.',
  partially_captured: 'Dodo captured only a part of the payment. Settle it in the Dodo dashboard, then retry.',
  duplicate_payment: 'The invoice was paid already; this is a second payment. Refund it in Dodo, then resolve.',
  late_payment: 'The money came after the invoice was voided or settled another way. Refund it in Dodo, or record it by hand, then resolve.',
  refund_failed: 'A refund of money that nothing is owed for did not go through. Read the reason in Dodo, refund it there by hand, then resolve.',
  record_refused: 'Lago refused to record the payment. Read its message, record the payment in Lago by hand, then resolve.',
  refund_refused: 'Dodo refused the refund that a Lago credit note asks for. Read its message; give the money back another way, set the refund status in Lago, then resolve.',
  refund_exceeds_paid: 'A Lago credit note asks to refund more than is left of what Dodo took for the invoice. Refund the rest another way, set the refund status in Lago, then resolve.',
  refund_in_dispute: 'A Lago credit note asks for a refund of a payment that is in dispute. It is not refunded meanwhile; it goes on by itself if the dispute is won.',
  credit_note_needs_licence: 'Dodo refunded a payment, and this Lago has no licence for credit notes. The refund is kept here and in the invoice metadata. It is completed by itself when a licence appears; or resolve.',
  credit_note_refused: 'Dodo refunded a payment, and Lago refused the credit note for it. Read its message, write the credit note in Lago by hand, then resolve.',
  credit_note_differs: 'Lago rounded the credit note of a refund to another amount. Compare both figures, then resolve.',
  wallet_shortfall: 'Dodo refunded a top-up whose credits are spent already: the wallet could not give all of them back. Settle the rest with the customer, then resolve.',
  dispute_open: 'The customer disputes a payment. Answer it in the Dodo dashboard before its deadline; this ends by itself when the dispute does.',
  dispute_refused: 'A dispute was lost, and Lago refused to mark the invoice. Read its message, mark it in Lago by hand, then resolve.',
  topup_not_found: 'Money came for a top-up that nobody knows. Find out whose it is; refund it in Dodo, or wait for the top-up to appear, then resolve.',
  credit_refused: 'The balance refused the credits of a paid top-up. Read its message, give the credits by hand or refund the payment in Dodo, then resolve.',
  debit_refused: 'A top-up was refunded or its dispute lost, and its credits could not be taken back. Read the message, correct the balance by hand, then resolve.',
  voided_after_payment: 'The invoice was voided in Lago after it was paid. Refund the payment in Dodo, or match it with the invoice that replaces this one, then resolve.',
  unpaid_in_lago: 'The invoice was paid and recorded, and somebody set it back to unpaid in Lago. Nobody is asked to pay again. Mark it paid in Lago, or refund the payment in Dodo, then resolve.',
  stuck: 'It failed too often, and will not be tried again by itself. Read the last error, mend the cause, then retry.',
} as const // biome-ignore format: one reason a line

/** Something that needs a person: why, and about which payment, refund or invoice (its id). */
export type Attention = { reason: ParkReason; about: string; detail: string }
