import type { Product, ProductListResponse } from 'dodopayments/resources/products/products'
import type { Router } from '../../kernel/router.ts'
import { ApiError } from '../api-error.ts'
import { checkPrice, createProduct, getProduct } from '../model/products.ts'
import { pageOf } from '../paging.ts'
import { newProduct, productPatch, read } from '../schemas.ts'
import { now, type World } from '../world.ts'

export function productRoutes(router: Router, world: World): void {
  const table = world.state.products
  router
    .on('POST', '/products', ({ json }) => {
      const input = read(newProduct, json)
      return Response.json(createProduct(world, { ...input, price: input.price as Product['price'] }))
    })
    .on('GET', '/products', ({ query }) => {
      const archived = query.get('archived') === 'true'
      const recurring = query.get('recurring')
      return pageOf(
        table,
        table.all(),
        query,
        row =>
          row.archived === archived && (recurring === null || String(row.product.is_recurring) === recurring),
        row => listItem(row.product),
      )
    })
    .on('GET', '/products/:id', ({ params }) => Response.json(getProduct(world, params['id'] ?? '').product))
    .on('PATCH', '/products/:id', ({ params, json }) => {
      const { product } = getProduct(world, params['id'] ?? '')
      const patch = read(productPatch, json)
      if (patch.price) {
        const price = patch.price as Product['price']
        checkPrice(price)
        product.price = price
      }
      if (patch.name) product.name = patch.name
      if (patch.description !== undefined) product.description = patch.description
      if (patch.metadata) product.metadata = patch.metadata
      if (patch.tax_category) product.tax_category = patch.tax_category
      product.updated_at = now(world)
      return new Response(null, { status: 200 })
    })
    .on('DELETE', '/products/:id', ({ params }) => {
      const row = getProduct(world, params['id'] ?? '')
      if (row.archived) throw new ApiError('PRODUCT_IS_DELETED', 'The product has been archived already')
      row.archived = true
      return new Response(null, { status: 200 })
    })
    .on('POST', '/products/:id/unarchive', ({ params }) => {
      getProduct(world, params['id'] ?? '').archived = false
      return new Response(null, { status: 200 })
    })
}

function listItem(product: Product): ProductListResponse {
  const { price } = product
  return {
    product_id: product.product_id,
    business_id: product.business_id,
    name: product.name ?? null,
    description: product.description ?? null,
    image: null,
    is_recurring: product.is_recurring,
    tax_category: product.tax_category,
    metadata: product.metadata,
    created_at: product.created_at,
    updated_at: product.updated_at,
    entitlements: [],
    currency: price.currency,
    price: 'price' in price ? price.price : null,
    price_detail: price,
    tax_inclusive: price.tax_inclusive ?? null,
  }
}
