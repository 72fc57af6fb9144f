import type { Router } from '../../kernel/router.ts'
import { getPayment } from '../model/payments.ts'
import { createRefund, getRefund, listItem } from '../model/refunds.ts'
import { matching, pageOf } from '../paging.ts'
import { read, refundRequest } from '../schemas.ts'
import type { World } from '../world.ts'

export function refundRoutes(router: Router, world: World): void {
  const { refunds, payments } = world.state
  router
    .on('POST', '/refunds', async ({ json }) => {
      const request = read(refundRequest, json)
      const { refund } = await createRefund(world, getPayment(world, request.payment_id), request)
      return Response.json(refund)
    })
    .on('GET', '/refunds', ({ query }) => {
      const customer = query.get('customer_id')
      return pageOf(
        refunds,
        customer === null ? refunds.all() : refunds.by('customer', customer),
        query,
        matching(query, {
          status: row => row.refund.status,
          subscription_id: row => payments.get(row.refund.payment_id)?.payment.subscription_id,
        }),
        row => listItem(row.refund),
      )
    })
    .on('GET', '/refunds/:id', ({ params }) => Response.json(getRefund(world, params['id'] ?? '').refund))
}
