import { ApiError } from './api-error.ts'
import { decimals } from './currencies.ts'
import type { AdaptiveCurrency } from './options.ts'

/** The exchange fee by the size of the sale in US dollars (Dodo documentation, adaptive currency). */
function feePercent(usd: number): number {
  if (usd < 500) return 4
  return usd <= 1500 ? 3 : 2
}

/** Minor units of `from` to minor units of `to`, with the exchange fee on top unless it is included. */
export function convert(amount: number, from: string, to: string, adaptive: AdaptiveCurrency): number {
  if (from === to) return amount
  const usd = amount / 10 ** decimals(from) / rate(adaptive, from)
  const fee = adaptive.feesInclusive ? 0 : feePercent(usd)
  return Math.round(usd * rate(adaptive, to) * (1 + fee / 100) * 10 ** decimals(to))
}

function rate({ perUsd }: AdaptiveCurrency, currency: string): number {
  const value = currency === 'USD' ? 1 : perUsd[currency]
  if (value === undefined) throw new ApiError('EXCHANGE_RATE_NOT_FOUND', `No exchange rate for ${currency}`)
  return value
}
