import type { Logger } from 'pino'
import { CallError } from './calls/call-error.ts'
import type { TaxMode } from './core/policy.ts'
import type { Dodo } from './dodo/client.ts'
import { productFault } from './dodo/product-check.ts'

/**
 * Reads every configured product and tells which cannot charge an exact amount, and why, by product id.
 * A product that could not be read because Dodo was away counts as fit: the checkout itself will tell.
 */
export async function unfitProducts(
  dodo: Dodo,
  products: ReadonlyMap<string, string>,
  taxMode: TaxMode,
  log: Logger,
): Promise<Map<string, string>> {
  const faults = new Map<string, string>()
  for (const [currency, id] of products) {
    try {
      const fault = productFault(await dodo.getProduct(id), currency === '*' ? null : currency, taxMode)
      if (fault) faults.set(id, `Dodo product ${id} (${currency}): ${fault}`)
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      if (error.failure === 'refused') faults.set(id, `Dodo product ${id} (${currency}): ${error.message}`)
      else log.warn({ product: id, err: error }, 'the product could not be checked now')
    }
  }
  return faults
}
