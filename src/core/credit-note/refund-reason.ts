/** Lago's closed set. Source: lago-api app/models/credit_note.rb */
export type CreditNoteReason =
  | 'duplicated_charge'
  | 'product_unsatisfactory'
  | 'order_change'
  | 'order_cancellation'
  | 'fraudulent_charge'
  | 'other'

/** First match wins: what the money law cares about most comes first. */
const PATTERNS: [RegExp, CreditNoteReason][] = [
  [/fraud|unauthori[sz]ed|stolen|not recogni[sz]ed/, 'fraudulent_charge'],
  [/duplicat|double|charged twice|paid twice|twice/, 'duplicated_charge'],
  [/cancel/, 'order_cancellation'],
  [
    /unsatisf|dissatisf|not satisf|unhappy|not happy|defect|broken|not work|does ?n.t work|quality|not as described/,
    'product_unsatisfactory',
  ],
  [
    /order.?change|chang(e|ed) (of )?(order|plan|mind)|upgrad|downgrad|wrong (order|plan|product)|exchange/,
    'order_change',
  ],
]

/**
 * Maps the free text of a Dodo refund (up to 3000 characters, often none) to a credit note reason; `other` when it
 * says nothing Lago has a word for.
 * Source: Dodo API reference, create refund (`reason`)
 */
export const refundReason = (dodoReason?: string | null): CreditNoteReason => {
  const text = (dodoReason ?? '').toLowerCase().replace(/[_\s-]+/g, ' ')
  return PATTERNS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other'
}
