import type { DisputeListResponse, GetDispute } from 'dodopayments/resources/disputes'
import type { Router } from '../../kernel/router.ts'
import { getDispute } from '../model/disputes.ts'
import { matching, pageOf } from '../paging.ts'
import type { World } from '../world.ts'

export function disputeRoutes(router: Router, world: World): void {
  const { disputes } = world.state
  router
    .on('GET', '/disputes', ({ query }) =>
      pageOf(
        disputes,
        disputes.all(),
        query,
        matching(query, {
          customer_id: row => row.customer.customer_id,
          dispute_stage: row => row.dispute_stage,
          dispute_status: row => row.dispute_status,
        }),
        listItem,
      ),
    )
    .on('GET', '/disputes/:id', ({ params }) => Response.json(getDispute(world, params['id'] ?? '')))
}

function listItem({
  brand_id: _b,
  customer: _c,
  reason: _r,
  remarks: _re,
  ...item
}: GetDispute): DisputeListResponse {
  return item
}
