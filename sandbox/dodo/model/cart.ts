import type { CountryCode, Currency } from 'dodopayments/resources/misc'
import type { Product } from 'dodopayments/resources/products/products'
import { convert } from '../adaptive-currency.ts'
import { ApiError } from '../api-error.ts'
import { display, isCurrency, MAX_AMOUNT, minimumCharge } from '../currencies.ts'
import type { CheckoutRequest } from '../schemas.ts'
import type { Line } from '../state.ts'
import { taxed } from '../tax.ts'
import type { World } from '../world.ts'
import { sellable } from './products.ts'

interface PricedLine extends Line {
  product: Product
  quantity: number
  taxPercent: number
  /** Before tax is added or carved out, in the product's currency. */
  base: number
}

export interface Cart {
  lines: PricedLine[]
  /** What the customer pays in. */
  currency: Currency
  gross: number
  tax: number
  /** What the merchant priced in. */
  baseCurrency: Currency
  baseGross: number
  baseTax: number
  country: CountryCode
  isSubscription: boolean
}

export interface PricingChoices {
  country?: CountryCode | undefined
  taxId?: string | null | undefined
  /** What the customer typed on a pay-what-you-want page without a fixed amount. */
  typedAmount?: number | undefined
}

/** Prices a cart as the checkout would charge it. Throws the API's errors for what cannot be sold. */
export function priceCart(world: World, request: CheckoutRequest, choices: PricingChoices = {}): Cart {
  const [first] = request.product_cart
  if (!first) throw new ApiError('PRODUCT_CART_EMTPY', 'The product cart is empty')
  const country = choices.country ?? request.billing_address?.country ?? 'US'
  const products = request.product_cart.map(item => ({ item, product: sellable(world, item.product_id) }))
  const isSubscription = products.some(({ product }) => product.is_recurring)
  if (request.subscription_data?.on_demand) checkOnDemandCart(request, products)
  const reverseCharge = Boolean(choices.taxId ?? request.tax_id)
  const percent = reverseCharge ? 0 : (world.options.taxRates[country] ?? 0)

  const baseCurrency = products[0]?.product.price.currency ?? 'USD'
  const lines = products.map(({ item, product }): PricedLine => {
    if (product.price.currency !== baseCurrency) {
      throw new ApiError('UNSUPPORTED_CURRENCY', 'All products of a cart must share a currency')
    }
    const unit = product.is_recurring
      ? firstCharge(request, product)
      : unitPrice(product, item.amount, choices)
    const base = unit * item.quantity
    if (base > MAX_AMOUNT) {
      throw new ApiError('INTEGER_CONVERSION_FAILURE', 'The total is too large: choose a smaller quantity')
    }
    const { gross, tax } = taxed(base, percent, product.price.tax_inclusive ?? false)
    return {
      product,
      productId: product.product_id,
      name: product.name ?? product.product_id,
      description: product.description ?? null,
      quantity: item.quantity,
      taxPercent: percent,
      base,
      gross,
      tax,
      refunded: 0,
    }
  })
  const baseGross = sum(lines, line => line.gross)
  const baseTax = sum(lines, line => line.tax)
  if (baseGross > MAX_AMOUNT) {
    throw new ApiError('INTEGER_CONVERSION_FAILURE', 'The total is too large: choose a smaller quantity')
  }
  const currency = payingCurrency(world, request, country, baseCurrency)
  const adaptive = world.options.adaptiveCurrency
  if (currency !== baseCurrency && adaptive) {
    for (const line of lines) {
      line.gross = convert(line.gross, baseCurrency, currency, adaptive)
      line.tax = convert(line.tax, baseCurrency, currency, adaptive)
    }
  }
  const gross = sum(lines, line => line.gross)
  checkMinimum(gross, currency, isSubscription)
  return {
    lines,
    currency,
    gross,
    tax: sum(lines, line => line.tax),
    baseCurrency,
    baseGross,
    baseTax,
    country,
    isSubscription,
  }
}

/** Zero is allowed only for a mandate, which charges nothing yet. */
export function checkMinimum(gross: number, currency: string, zeroAllowed: boolean): void {
  const minimum = minimumCharge(currency)
  if (gross >= minimum || (gross === 0 && zeroAllowed)) return
  throw new ApiError(
    'TOTAL_PAYMENT_AMOUNT_BELOW_MINIMUM_AMOUNT',
    `Minimum amount of ${display(minimum, currency)} is required to process payment`,
  )
}

function unitPrice(
  product: Product,
  amount: number | null | undefined,
  { typedAmount }: PricingChoices,
): number {
  const { price } = product
  if (price.type !== 'one_time_price')
    throw new ApiError('UNSUPPORTED_ACTION', 'Usage-based prices are not supported')
  // An amount for a product with a fixed price is ignored without a word.
  if (!price.pay_what_you_want) return price.price
  const wanted =
    amount ?? typedAmount ?? Math.max(price.suggested_price ?? 0, price.price, minimumCharge(price.currency))
  if (wanted < price.price) {
    throw new ApiError(
      'REQUEST_AMOUNT_BELOW_MINIMUM',
      `Amount is below the product's minimum of ${display(price.price, price.currency)}`,
    )
  }
  return wanted
}

function firstCharge(request: CheckoutRequest, product: Product): number {
  const onDemand = request.subscription_data?.on_demand
  if (onDemand?.mandate_only) return 0
  if (onDemand?.product_price !== null && onDemand?.product_price !== undefined) return onDemand.product_price
  return product.price.type === 'recurring_price' ? product.price.price : 0
}

function checkOnDemandCart(
  request: CheckoutRequest,
  products: { item: CheckoutRequest['product_cart'][number]; product: Product }[],
): void {
  if (products.some(({ product }) => !product.is_recurring)) {
    throw new ApiError(
      'ONE_TIME_PRODUCTS_NOT_ALLOWED_FOR_ON_DEMAND',
      'On-demand subscriptions take no one-time products',
    )
  }
  if (products.some(({ item }) => (item.addons ?? []).length > 0)) {
    throw new ApiError('ADDONS_NOT_ALLOWED_FOR_ON_DEMAND', 'On-demand subscriptions take no addons')
  }
  if (request.discount_code || (request.discount_codes ?? []).length > 0) {
    throw new ApiError('DISCOUNT_NOT_AVAILABLE_FOR_ON_DEMAND', 'On-demand subscriptions take no discounts')
  }
}

function payingCurrency(world: World, request: CheckoutRequest, country: string, base: Currency): Currency {
  const adaptive = world.options.adaptiveCurrency
  if (!adaptive?.enabled) return base
  if (request.billing_currency) return request.billing_currency
  if (request.feature_flags?.['allow_currency_selection'] === false) return base
  const local = adaptive.byCountry[country]
  return local !== undefined && isCurrency(local) ? local : base
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
