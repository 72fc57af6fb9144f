import type { Price, Product } from 'dodopayments/resources/products/products'
import { ApiError, notFound } from '../api-error.ts'
import type { ProductRow } from '../state.ts'
import { now, type World } from '../world.ts'

export interface NewProduct {
  name: string
  price: Price
  tax_category: Product['tax_category']
  description?: string | null | undefined
  metadata?: Product['metadata'] | null | undefined
}

export function createProduct(world: World, input: NewProduct): Product {
  checkPrice(input.price)
  const at = now(world)
  const product: Product = {
    product_id: world.random.id('pdt_'),
    business_id: world.businessId,
    brand_id: world.brandId,
    name: input.name,
    description: input.description ?? null,
    image: null,
    is_recurring: input.price.type === 'recurring_price',
    price: input.price,
    tax_category: input.tax_category,
    metadata: input.metadata ?? {},
    created_at: at,
    updated_at: at,
    license_key_enabled: false,
    entitlements: [],
    credit_entitlements: [],
  }
  world.state.products.add({ product, archived: false })
  return product
}

export function getProduct(world: World, id: string): ProductRow {
  const row = world.state.products.get(id)
  if (!row) throw notFound('Product', id)
  return row
}

/** A product that can be sold: known and not archived. */
export function sellable(world: World, id: string): Product {
  const { product, archived } = getProduct(world, id)
  if (archived) throw new ApiError('PRODUCT_IS_DELETED', `Product ${id} has been archived`)
  return product
}

export function checkPrice(price: Price): void {
  if (price.type !== 'one_time_price') return
  const suggested = price.suggested_price
  if (price.pay_what_you_want && suggested !== null && suggested !== undefined && suggested < price.price) {
    throw new ApiError('INVALID_SUGGESTED_PRICE', 'The suggested price is below the minimum price')
  }
}
