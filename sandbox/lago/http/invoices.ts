import type { Incoming, Router } from '../../kernel/router.ts'
import type { Context } from '../context.ts'
import { notAllowed, notFound } from '../errors.ts'
import {
  deleteInvoice,
  finalizeInvoice,
  loseDispute,
  paymentUrl,
  retryPayment,
  visibleInvoice,
} from '../operations/invoice-actions.ts'
import { createOneOff } from '../operations/one-off-invoice.ts'
import { updateInvoice } from '../operations/update-invoice.ts'
import { voidInvoice } from '../operations/void-invoice.ts'
import { has } from '../rules/version.ts'
import { ALL_INCLUDES, invoiceObject, LIST_INCLUDES } from '../serialize/invoice.ts'
import type { InvoiceRow } from '../state/invoice.ts'
import { answer, empty } from './answer.ts'
import { CountCache } from './count-cache.ts'
import { filterInvoices } from './invoice-filters.ts'
import { paginate } from './paging.ts'
import { pathId, root, topLevel } from './params.ts'

export function invoiceRoutes(ctx: Context, router: Router): void {
  const counts = new CountCache(ctx)
  const one = (invoice: InvoiceRow) => answer({ invoice: invoiceObject(ctx, invoice, ALL_INCLUDES) })
  const found = (incoming: Incoming) => visibleInvoice(ctx, pathId(incoming))

  router
    .on('GET', '/api/v1/invoices', ({ query }) => {
      const found = filterInvoices(ctx, query)
      const { rows, meta } = paginate(found, query, counts.of(query, found.length))
      return answer({ invoices: rows.map(invoice => invoiceObject(ctx, invoice, LIST_INCLUDES)), meta })
    })
    .on('POST', '/api/v1/invoices', incoming => one(createOneOff(ctx, root(incoming, 'invoice'))))
    .on('GET', '/api/v1/invoices/:id', incoming => one(found(incoming)))
    .on('PUT', '/api/v1/invoices/:id', incoming => {
      const params = root(incoming, 'invoice')
      return one(updateInvoice(ctx, ctx.state.invoices.get(pathId(incoming)), params))
    })
    .on('DELETE', '/api/v1/invoices/:id', incoming => {
      if (!has(ctx.settings.version, 'deleteDraft')) throw notFound('resource')
      return one(deleteInvoice(ctx, found(incoming)))
    })
    .on('POST', '/api/v1/invoices/:id/retry_payment', incoming => {
      retryPayment(ctx, found(incoming))
      return empty()
    })
    .on('POST', '/api/v1/invoices/:id/lose_dispute', incoming => one(loseDispute(ctx, found(incoming))))
    .on('POST', '/api/v1/invoices/:id/void', incoming =>
      one(voidInvoice(ctx, found(incoming), topLevel(incoming))),
    )
    .on('POST', '/api/v1/invoices/:id/payment_url', incoming =>
      answer({ invoice_payment_details: paymentUrl(found(incoming)) }),
    )
    .on('PUT', '/api/v1/invoices/:id/finalize', incoming => one(finalizeInvoice(ctx, found(incoming))))
    .on('PUT', '/api/v1/invoices/:id/refresh', incoming => {
      const invoice = found(incoming)
      if (invoice.status !== 'draft') throw notFound('invoice')
      return one(invoice)
    })
    .on('POST', '/api/v1/invoices/:id/retry', incoming => {
      const invoice = found(incoming)
      if (invoice.status !== 'failed') throw notAllowed('invalid_status')
      invoice.status = 'pending'
      return one(invoice)
    })
}
