/**
 * What a declined payment calls for.
 * `retry`: the same method may work later, without the customer. `customer`: only the customer can mend it.
 * `hard`: the method is finished; another one is needed.
 * Source: Dodo documentation, transaction failures, and its guide to on-demand charges.
 */
export type DeclineClass = 'retry' | 'customer' | 'hard'

const HARD = new Set(
  `CARD_DECLINED DO_NOT_HONOR EXPIRED_CARD FRAUDULENT INVALID_ACCOUNT LOST_CARD MANDATE_REQUIRED_SYSTEM
   PAYMENT_METHOD_PROVIDER_DECLINED PAYMENT_METHOD_UNSUPPORTED PICKUP_CARD PROVIDER_UNSUPPORTED
   REVOCATION_OF_AUTHORIZATION STOLEN_CARD TRANSACTION_NOT_ALLOWED TRANSACTION_NOT_APPROVED
   AUTHENTICATION_FAILURE`.split(/\s+/),
)

const CUSTOMER = new Set(
  `AUTHENTICATION_REQUIRED AUTHENTICATION_TIMEOUT CARD_NOT_ACTIVATED CUSTOMER_CANCELLED INCORRECT_CVC
   INCORRECT_NUMBER INVALID_AMOUNT INVALID_CARD_NUMBER INVALID_CARD_OWNER INVALID_CVC INVALID_EXPIRY_YEAR
   INVALID_PIN INVALID_REQUEST INVALID_UPI_ID LIVE_MODE_TEST_CARD MANDATE_INVALID MANDATE_REQUIRED`.split(
    /\s+/,
  ),
)

/** Codes whose true reason must not reach the payer: it would warn a thief. */
const DISCREET = new Set(['STOLEN_CARD', 'LOST_CARD', 'PICKUP_CARD', 'FRAUDULENT'])

/** An unknown or missing code counts as `retry`: the schedule caps how often. */
export function declineClass(errorCode: string | null): DeclineClass {
  if (errorCode === null) return 'retry'
  if (HARD.has(errorCode)) return 'hard'
  return CUSTOMER.has(errorCode) ? 'customer' : 'retry'
}

/** The decline in words that may be shown to the person who paid. */
export function declineForCustomer(errorCode: string | null): string {
  if (errorCode === null || DISCREET.has(errorCode)) return 'The payment was declined.'
  if (errorCode === 'INSUFFICIENT_FUNDS') return 'The payment was declined for insufficient funds.'
  if (errorCode === 'EXPIRED_CARD') return 'The card has expired.'
  return CUSTOMER.has(errorCode)
    ? 'The payment could not be completed with the details given.'
    : 'The payment was declined.'
}
