import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import type { InvoiceRow } from '../state/invoice.ts'

/** Also what the API hides: a person in front of the dashboard, or a job, sees it. */
export function anyInvoice(ctx: Context, id: string): InvoiceRow {
  const invoice = ctx.state.invoices.get(id)
  if (!invoice) throw notFound('invoice')
  return invoice
}
