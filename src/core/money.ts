/** An exact amount: `amount` in the minor unit that Lago uses for `currency` (ISO 4217, upper case). */
export type Money = { readonly amount: bigint; readonly currency: string }

export const money = (amount: bigint, currency: string): Money => ({ amount, currency })

export const minBigint = (a: bigint, b: bigint): bigint => (a < b ? a : b)

export const sumBigint = (amounts: Iterable<bigint>): bigint => {
  let total = 0n
  for (const amount of amounts) total += amount
  return total
}

/**
 * Currencies whose Lago minor unit is the major unit itself, and those with three decimals.
 * Source: the Money gem's table that lago-api uses for every `*_cents` field.
 */
const NO_DECIMALS = new Set(
  'BIF CLP DJF GNF HUF ISK JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF'.split(' '),
)
const THREE_DECIMALS = new Set('BHD JOD KWD'.split(' '))

/** Number of decimals of Lago's minor unit of a currency. */
export function lagoDecimals(currency: string): 0 | 2 | 3 | 4 {
  if (NO_DECIMALS.has(currency)) return 0
  if (THREE_DECIMALS.has(currency)) return 3
  return currency === 'CLF' ? 4 : 2
}

/** `USD 14.40`, `JPY 1200`: for people, in logs, pages and messages. */
export function formatMoney({ amount, currency }: Money): string {
  const decimals = lagoDecimals(currency)
  if (decimals === 0) return `${currency} ${amount}`
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0')
  return `${currency} ${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
