import type { Router } from '../../kernel/router.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { recordPayment } from '../operations/record-payment.ts'
import { has } from '../rules/version.ts'
import { paymentObject } from '../serialize/payment.ts'
import type { PaymentRow } from '../state/payment.ts'
import { answer } from './answer.ts'
import { newestFirst, paginate } from './paging.ts'
import { pathId, root } from './params.ts'

export function paymentRoutes(ctx: Context, router: Router): void {
  const exists = () => {
    if (!has(ctx.settings.version, 'paymentsRoute')) throw notFound('resource')
  }
  const list = (payments: Iterable<PaymentRow>, query: URLSearchParams) => {
    const { rows, meta } = paginate(newestFirst(payments), query)
    return answer({ payments: rows.map(paymentObject), meta })
  }

  router
    .on('POST', '/api/v1/payments', incoming => {
      exists()
      return answer({ payment: paymentObject(recordPayment(ctx, root(incoming, 'payment'))) })
    })
    .on('GET', '/api/v1/payments', ({ query }) => {
      exists()
      const invoiceId = query.get('invoice_id')
      const external = query.get('external_customer_id')
      const payments = invoiceId
        ? (ctx.state.invoices.get(invoiceId)?.payments ?? [])
        : [...ctx.state.payments.values()]
      return list(
        external === null ? payments : payments.filter(payment => payment.customer.external_id === external),
        query,
      )
    })
    .on('GET', '/api/v1/payments/:id', incoming => {
      exists()
      const payment = ctx.state.payments.get(pathId(incoming))
      if (!payment) throw notFound('payment')
      return answer({ payment: paymentObject(payment) })
    })
    .on('GET', '/api/v1/customers/:id/payments', incoming => {
      exists()
      const customer = ctx.state.customersByExternalId.get(pathId(incoming))
      if (!customer) throw notFound('customer')
      return list(
        customer.invoices.flatMap(invoice => invoice.payments),
        incoming.query,
      )
    })
}
