import { lagoDecimals, type Money } from './money.ts'

/** Dodo takes amounts as 32-bit integers of its own minor unit. Source: Dodo API reference, checkout sessions. */
const DODO_LARGEST_AMOUNT = 2_147_483_647n

/** The currencies Dodo charges in; its type lists more, which it then refuses. Source: Dodo's customer portal. */
const CHARGEABLE = new Set(
  `AED ALL AMD ANG ARS AUD AWG AZN BAM BDT BIF BMD BND BOB BRL BSD BWP BZD CAD CHF CLP CNY CRC CZK DJF DKK DOP
   EGP ETB EUR FJD GBP GEL GMD GNF GTQ GYD HKD HNL HUF IDR ILS INR JPY KMF KRW KZT LKR LRD LSL MAD MGA MKD MOP
   MUR MVR MWK MXN MYR NGN NOK NPR NZD PEN PGK PHP PLN PYG QAR RON RSD RWF SAR SBD SCR SEK SGD SRD SZL THB TOP
   TRY TWD TZS UGX USD UYU VND VUV WST XAF XOF XPF ZAR ZMW`.split(/\s+/),
)

/** Dodo's minor units that differ from Lago's: a forint is 1 in Lago and 100 in Dodo. */
const DODO_UNITS_PER_LAGO_UNIT: Readonly<Record<string, bigint>> = { HUF: 100n }

/** How many of Dodo's minor units make one of Lago's, for a currency that both know. */
export const dodoUnitsPerLagoUnit = (currency: string): bigint => DODO_UNITS_PER_LAGO_UNIT[currency] ?? 1n

/** The least that Dodo charges, in major units. Source: Dodo documentation, minimum transaction amounts. */
const MINIMUM_MAJOR: Readonly<Record<string, string>> = {
  USD: '0.50', EUR: '0.50', AUD: '0.50', CAD: '0.50', CHF: '0.50', SGD: '0.50', BRL: '0.50', GBP: '0.30',
  INR: '5', JPY: '50', KRW: '50', AED: '2', MXN: '10', PLN: '2', SEK: '3', NOK: '3', DKK: '2.50', ZAR: '20',
  HUF: '175', IDR: '8500', VND: '12000', XAF: '300', XOF: '300', CLP: '1000',
} // biome-ignore format: a table reads better in rows

/** The least that Dodo charges in a currency, in Lago's minor unit; 1 where none is documented. */
export function minimumCharge(currency: string): bigint {
  const [whole = '0', fraction = ''] = (MINIMUM_MAJOR[currency] ?? '').split('.')
  const minimum = BigInt(
    whole + fraction.padEnd(lagoDecimals(currency), '0').slice(0, lagoDecimals(currency)),
  )
  return minimum > 0n ? minimum : 1n
}

export type NotChargeable = 'currency_not_supported' | 'below_minimum' | 'above_maximum'

/** Why Dodo cannot charge this amount, or null if it can. */
export function notChargeable({ amount, currency }: Money): NotChargeable | null {
  if (!CHARGEABLE.has(currency)) return 'currency_not_supported'
  if (amount < minimumCharge(currency)) return 'below_minimum'
  if (amount * dodoUnitsPerLagoUnit(currency) > DODO_LARGEST_AMOUNT) return 'above_maximum'
  return null
}
