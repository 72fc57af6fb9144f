import type { Router } from '../../kernel/router.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { createPaymentRequest } from '../operations/payment-requests.ts'
import { paymentRequestObject } from '../serialize/payment.ts'
import { answer } from './answer.ts'
import { newestFirst, paginate } from './paging.ts'
import { pathId, root } from './params.ts'

export function paymentRequestRoutes(ctx: Context, router: Router): void {
  router
    .on('POST', '/api/v1/payment_requests', incoming => {
      const request = createPaymentRequest(ctx, root(incoming, 'payment_request'))
      return answer({ payment_request: paymentRequestObject(ctx, request) })
    })
    .on('GET', '/api/v1/payment_requests', ({ query }) => {
      const external = query.get('external_customer_id')
      const status = query.get('payment_status')
      const currency = query.get('currency')
      const matching = [...ctx.state.paymentRequests.values()].filter(
        request =>
          (!external || request.customer.external_id === external) &&
          (!status || request.payment_status === status) &&
          (!currency || request.amount_currency === currency),
      )
      const { rows, meta } = paginate(newestFirst(matching), query)
      return answer({ payment_requests: rows.map(request => paymentRequestObject(ctx, request)), meta })
    })
    .on('GET', '/api/v1/payment_requests/:id', incoming => {
      const request = ctx.state.paymentRequests.get(pathId(incoming))
      if (!request) throw notFound('payment_request')
      return answer({ payment_request: paymentRequestObject(ctx, request) })
    })
}
