import type { Logger } from 'pino'
import { CallError } from './calls/call-error.ts'
import type { TaxMode } from './core/policy.ts'
import type { Dodo } from './dodo/client.ts'
import { productFault } from './dodo/product-check.ts'

/** Which of the configured products cannot charge an exact amount, and why. */
export class ProductCheck {
  /** By product id; grows as products are read. */
  readonly faults = new Map<string, string>()
  readonly #unread: Map<string, string>

  /** `products`: Dodo's product id by currency; `*` for any. */
  constructor(
    private readonly dodo: Pick<Dodo, 'getProduct'>,
    products: ReadonlyMap<string, string>,
    private readonly taxMode: TaxMode,
    private readonly log: Logger,
  ) {
    this.#unread = new Map(products)
  }

  /**
   * Reads the products that were not read yet, all at once. One that Dodo does not show now is asked for again at the
   * next call, and counts as fit until then: it was fit when it was set up, and a start must not wait for Dodo.
   */
  async run(): Promise<void> {
    await Promise.all([...this.#unread].map(([currency, id]) => this.#read(currency, id)))
  }

  async #read(currency: string, id: string): Promise<void> {
    try {
      const fault = productFault(
        await this.dodo.getProduct(id),
        currency === '*' ? null : currency,
        this.taxMode,
      )
      if (fault) this.#blame(currency, id, fault)
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      if (error.failure !== 'refused')
        return this.log.warn({ product: id, err: error }, 'the product could not be checked now')
      this.#blame(currency, id, error.message)
    }
    this.#unread.delete(currency)
  }

  #blame(currency: string, id: string, fault: string): void {
    this.faults.set(id, `Dodo product ${id} (${currency}): ${fault}`)
    this.log.error({ fault: this.faults.get(id) }, 'a product cannot be used')
  }
}
