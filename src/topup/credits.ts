/** Credits are the integer unit of balances: a million are one US dollar, ten thousand one cent. */
export const CREDITS_PER_USD = 1_000_000n
export const CREDITS_PER_CENT = 10_000n

/** The price of credits in cents, rounded to the nearest; exact for whole cents. */
export const centsOf = (credits: bigint): bigint => (credits + CREDITS_PER_CENT / 2n) / CREDITS_PER_CENT

/** `50`, `0.5`: US dollars with at most six decimals. */
export function usdOf(credits: bigint): number {
  return Number(credits) / Number(CREDITS_PER_USD)
}

/** `$120.00`, `-$0.50`: for people. */
export function displayCredits(credits: bigint): string {
  const cents = (credits < 0n ? -credits : credits) / CREDITS_PER_CENT
  const text = `$${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`
  return credits < 0n ? `-${text}` : text
}
