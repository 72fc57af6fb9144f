import type {
  Payment,
  PaymentListResponse,
  PaymentRetrieveLineItemsResponse,
} from 'dodopayments/resources/payments'
import type { Router } from '../../kernel/router.ts'
import { display } from '../currencies.ts'
import { getPayment } from '../model/payments.ts'
import { getRefund } from '../model/refunds.ts'
import { matching, pageOf } from '../paging.ts'
import { pdf } from '../pdf.ts'
import type { PaymentRow } from '../state.ts'
import type { World } from '../world.ts'

export function paymentRoutes(router: Router, world: World): void {
  const { payments } = world.state
  router
    .on('GET', '/payments', ({ query }) => {
      const subscription = query.get('subscription_id')
      const customer = query.get('customer_id')
      const rows =
        subscription !== null
          ? payments.by('subscription', subscription)
          : customer !== null
            ? payments.by('customer', customer)
            : payments.all()
      const product = query.get('product_id')
      const same = matching<PaymentRow>(query, {
        customer_id: row => row.payment.customer.customer_id,
        status: row => row.payment.status,
        currency: row => row.payment.currency,
        brand_id: row => row.payment.brand_id,
      })
      const keep = (row: PaymentRow) =>
        same(row) && (product === null || row.lines.some(line => line.productId === product))
      return pageOf(payments, rows, query, keep, row => listItem(row.payment))
    })
    .on('GET', '/payments/:id', ({ params }) => Response.json(getPayment(world, params['id'] ?? '').payment))
    .on('GET', '/payments/:id/line-items', ({ params }) => {
      const { payment, lines } = getPayment(world, params['id'] ?? '')
      return Response.json({
        currency: payment.currency,
        items: lines.map(line => ({
          items_id: line.productId,
          name: line.name,
          description: line.description,
          amount: line.gross,
          tax: line.tax,
          refundable_amount: payment.status === 'succeeded' ? line.gross - line.refunded : 0,
        })),
      } satisfies PaymentRetrieveLineItemsResponse)
    })
    .on('GET', '/invoices/payments/:id', ({ params }) => {
      const { payment } = getPayment(world, params['id'] ?? '')
      return document(
        `Invoice ${payment.invoice_id ?? ''} ${display(payment.total_amount, payment.currency)}`,
      )
    })
    .on('GET', '/invoices/refunds/:id', ({ params }) => {
      const { refund } = getRefund(world, params['id'] ?? '')
      return document(`Refund ${refund.refund_id} ${display(refund.amount ?? 0, refund.currency ?? 'USD')}`)
    })
}

function document(text: string): Response {
  return new Response(pdf(text), { headers: { 'content-type': 'application/pdf' } })
}

/** What a list shows of a payment: no billing, tax, refunds, disputes, error or session. */
function listItem(payment: Payment): PaymentListResponse {
  return {
    payment_id: payment.payment_id,
    brand_id: payment.brand_id,
    created_at: payment.created_at,
    currency: payment.currency,
    total_amount: payment.total_amount,
    customer: payment.customer,
    metadata: payment.metadata,
    status: payment.status ?? null,
    digital_products_delivered: payment.digital_products_delivered,
    has_license_key: false,
    payment_provider: payment.payment_provider,
    is_multi_subscription: payment.is_multi_subscription,
    subscription_id: payment.subscription_id ?? null,
    subscription_ids: payment.subscription_ids,
    card_last_four: payment.card_last_four ?? null,
    card_network: payment.card_network ?? null,
    dispute_status: payment.disputes.at(-1)?.dispute_status ?? null,
    invoice_id: payment.invoice_id ?? null,
    invoice_url: payment.invoice_url ?? null,
    payment_method: payment.payment_method ?? null,
    payment_method_type: payment.payment_method_type ?? null,
    refund_status: payment.refund_status ?? null,
  }
}
