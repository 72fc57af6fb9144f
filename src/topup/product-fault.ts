import { CallError } from '../calls/call-error.ts'
import type { TaxMode } from '../core/policy.ts'
import type { Dodo } from '../dodo/client.ts'
import { productFault } from '../dodo/product-check.ts'

/**
 * Why a product cannot charge an exact amount, in words. Null if it can; and if it cannot be read, as the checkout itself
 * will tell then.
 */
export async function faultOfProduct(
  dodo: Pick<Dodo, 'getProduct'>,
  productId: string,
  currency: string,
  taxMode: TaxMode,
): Promise<string | null> {
  try {
    return productFault(await dodo.getProduct(productId), currency.toUpperCase(), taxMode)
  } catch (error) {
    if (error instanceof CallError) return null
    throw error
  }
}
