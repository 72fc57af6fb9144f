import type { PaymentRow } from '../../../../sandbox/dodo/state.ts'
import type { InvoiceRow } from '../../../../sandbox/lago/state/invoice.ts'
import type { Random } from '../../kernel/chance.ts'
import type { Scene } from '../../scene.ts'

/** Some invoice of Lago's, of any kind; those that Lago writes for top-ups are nobody's but Lago's. */
export function anInvoice({ lago }: Scene, random: Random): InvoiceRow | null {
  const invoices = [...lago.state.invoices.values()].filter(invoice => !invoice.wallet_transaction)
  return invoices.length > 0 ? random.pick(invoices) : null
}

/** Some invoice that was paid, at least in part; now and then any other. */
export function aPaidInvoice(scene: Scene, random: Random): InvoiceRow | null {
  const paid = [...scene.lago.state.invoices.values()].filter(
    invoice => invoice.total_paid_amount_cents > 0 && !invoice.wallet_transaction,
  )
  return paid.length > 0 && random.next() < 0.8 ? random.pick(paid) : anInvoice(scene, random)
}

/** The payments that brought money. */
export const capturedPayments = ({ dodo }: Scene): PaymentRow[] =>
  dodo.state.payments
    .all()
    .filter(({ payment }) => payment.status === 'succeeded' && payment.total_amount > 0)
