import type { Product } from 'dodopayments/resources/products/products'
import type { TaxMode } from '../core/policy.ts'

/**
 * Why a product cannot charge an exact amount, in words; null if it can.
 * A product that is not pay-what-you-want ignores the amount without a word, and the customer pays its own price.
 */
export function productFault(
  product: Pick<Product, 'price'>,
  currency: string | null,
  taxMode: TaxMode,
): string | null {
  const { price } = product
  if (price.type !== 'one_time_price') return 'it is not a one-time product'
  if (price.pay_what_you_want !== true) return 'it is not pay-what-you-want, so Dodo would ignore the amount'
  if (currency !== null && price.currency !== currency)
    return `its price is in ${price.currency}, not ${currency}`
  if (taxMode === 'inclusive' && price.tax_inclusive !== true)
    return 'its price excludes tax, so the customer would pay more than Lago asked (or set TAX_MODE=exclusive)'
  if (taxMode === 'exclusive' && price.tax_inclusive === true)
    return 'its price includes tax, but TAX_MODE is exclusive'
  if (price.purchasing_power_parity === true) return 'purchasing power parity would change the amount'
  if ((price.discount ?? 0) > 0) return 'its discount would change the amount'
  return null
}
