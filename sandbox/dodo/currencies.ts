import type { Currency } from 'dodopayments/resources/misc'

const KNOWN =
  'AED ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SZL THB TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW '

/** Currencies a product can be sold in (Dodo customer portal, src/lib/currency-helper.ts). */
const CHARGEABLE =
  'AED ALL AMD ANG ARS AUD AWG AZN BAM BDT BIF BMD BND BOB BRL BSD BWP BZD CAD CHF CLP CNY CRC CZK DJF DKK DOP EGP ETB EUR FJD GBP GEL GMD GNF GTQ GYD HKD HNL HUF IDR ILS INR JPY KMF KRW KZT LKR LRD LSL MAD MGA MKD MOP MUR MVR MWK MXN MYR NGN NOK NPR NZD PEN PGK PHP PLN PYG QAR RON RSD RWF SAR SBD SCR SEK SGD SRD SZL THB TOP TRY TWD TZS UGX USD UYU VND VUV WST XAF XOF XPF ZAR ZMW'

const ZERO_DECIMAL = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF'.split(' '))

/** Smallest charge in major units (Dodo documentation, minimum amounts); the rest are taken as 0.50. */
const MINIMUM: Record<string, number> = {
  GBP: 0.3,
  INR: 5,
  JPY: 50,
  KRW: 50,
  AED: 2,
  MXN: 10,
  PLN: 2,
  SEK: 3,
  NOK: 3,
  DKK: 2.5,
  ZAR: 20,
  HUF: 175,
  IDR: 8500,
  VND: 12_000,
  XAF: 300,
  XOF: 300,
  CLP: 1000,
}

export const MAX_AMOUNT = 2 ** 31 - 1

const known: ReadonlySet<string> = new Set(KNOWN.trim().split(' '))
const chargeable: ReadonlySet<string> = new Set(CHARGEABLE.split(' '))

export function isCurrency(code: string): code is Currency {
  return known.has(code)
}

export function isChargeable(code: string): boolean {
  return chargeable.has(code)
}

/** Decimals of the currency's minor unit at Dodo: 0 or 2. */
export function decimals(currency: string): number {
  return ZERO_DECIMAL.has(currency) ? 0 : 2
}

/** In minor units. */
export function minimumCharge(currency: string): number {
  const digits = decimals(currency)
  return Math.round((MINIMUM[currency] ?? (digits === 0 ? 50 : 0.5)) * 10 ** digits)
}

/** `USD 12.50` */
export function display(amount: number, currency: string): string {
  const digits = decimals(currency)
  return `${currency} ${(amount / 10 ** digits).toFixed(digits)}`
}
