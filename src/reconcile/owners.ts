import { isRefusal } from '../calls/call-error.ts'
import type { DodoPaymentId, PayableKey } from '../core/ids.ts'
import type { Sql } from '../db/connection.ts'
import { foreignPayments, knownPayments } from '../db/queries/known-payments.ts'
import type { Dodo } from '../dodo/client.ts'
import { claimOf } from '../dodo/webhook.ts'

/** The payable that a payment belongs to. `key` is null while only the payment's metadata names it. */
export type Owner = { key: PayableKey | null; invoice: string; stuck: boolean }

/**
 * Whose the payments of refunds and disputes are. Those carry no metadata of their own, so a payment that is not
 * known is read; a payment of another system is read only once.
 */
export class Owners {
  /** Payments that proved to be another system's. */
  readonly foreign = new Set<DodoPaymentId>()
  readonly #found = new Map<DodoPaymentId, Owner | null>()

  constructor(
    private readonly sql: Sql,
    private readonly dodo: Pick<Dodo, 'getPayment'>,
  ) {}

  /** The owner of each payment; null for those of another system. */
  async of(ids: readonly DodoPaymentId[]): Promise<Map<DodoPaymentId, Owner | null>> {
    const unasked = [...new Set(ids)].filter(id => !this.#found.has(id))
    const known = await knownPayments(this.sql, unasked)
    const foreign = await foreignPayments(
      this.sql,
      unasked.filter(id => !known.has(id)),
    )
    for (const id of unasked) {
      const payment = known.get(id)
      if (payment) {
        const { payableKey: key, invoiceNumber, stuck } = payment
        this.#found.set(id, { key, invoice: invoiceNumber ?? key, stuck })
      } else this.#found.set(id, foreign.has(id) ? null : await this.#read(id))
    }
    return this.#found
  }

  async #read(id: DodoPaymentId): Promise<Owner | null> {
    try {
      const claim = claimOf((await this.dodo.getPayment(id)).payment.metadata ?? {})
      if (claim) return { key: null, invoice: claim.slice(claim.indexOf(':') + 1), stuck: false }
    } catch (error) {
      if (!isRefusal(error, 404)) throw error
    }
    this.foreign.add(id)
    return null
  }
}
