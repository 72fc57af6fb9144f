const UNITS_OF_ONE = new Set(
  'BIF CLP DJF GNF HUF ISK JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF'.split(' '),
)
const UNITS_OF_THOUSAND = new Set(['BHD', 'JOD', 'KWD'])

/** Minor units in one unit, as Lago counts them. Source: Ruby Money gem 7.0, lago-api app/models/concerns/currencies.rb. */
export function subunits(currency: string): number {
  if (UNITS_OF_ONE.has(currency)) return 1
  if (UNITS_OF_THOUSAND.has(currency)) return 1000
  return currency === 'CLF' ? 10_000 : 100
}

export const isCurrency = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Z]{3}$/.test(value)
