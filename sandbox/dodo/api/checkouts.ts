import type {
  CheckoutSessionPreviewResponse,
  CheckoutSessionResponse,
  CheckoutSessionStatus,
} from 'dodopayments/resources/checkout-sessions'
import type { Router } from '../../kernel/router.ts'
import { priceCart } from '../model/cart.ts'
import { finishOneClick } from '../model/one-click.ts'
import { preparePayment } from '../model/pay-session.ts'
import { createSession, getSession, sessionPayment, sessionUrl } from '../model/sessions.ts'
import { checkoutRequest, read } from '../schemas.ts'
import type { SessionRow } from '../state.ts'
import type { World } from '../world.ts'

export function checkoutRoutes(router: Router, world: World): void {
  router
    .on('POST', '/checkouts', async ({ json }) => {
      const session = createSession(world, read(checkoutRequest, json))
      if (!session.request.confirm) return Response.json(created(world, session))
      const payment = preparePayment(world, session)
      const methodId = session.request.payment_method_id
      if (methodId) await finishOneClick(world, session, payment, methodId)
      else payment.payment.status = 'requires_payment_method'
      return Response.json(created(world, session))
    })
    .on('POST', '/checkouts/preview', ({ json }) => Response.json(preview(world, json)))
    .on('GET', '/checkouts/:id', ({ params }) => {
      const session = getSession(world, params['id'] ?? '')
      const payment = sessionPayment(world, session)?.payment
      const { customer } = session.request
      const given = customer && 'email' in customer ? customer : undefined
      const known = session.customerId === null ? undefined : world.state.customers.get(session.customerId)
      return Response.json({
        id: session.id,
        created_at: session.createdAt,
        customer_email: known?.email ?? given?.email ?? null,
        customer_name: known?.name ?? given?.name ?? null,
        payment_id: payment?.payment_id ?? null,
        payment_status: payment?.status ?? null,
      } satisfies CheckoutSessionStatus)
    })
}

function created(world: World, session: SessionRow): CheckoutSessionResponse {
  const { confirm, payment_method_id } = session.request
  return {
    session_id: session.id,
    checkout_url: payment_method_id ? null : sessionUrl(world, session),
    ...(confirm && {
      payment_id: session.paymentId,
      client_secret: `${session.paymentId}_secret_${world.random.id('')}`,
      publishable_key: 'pk_sandbox',
    }),
  }
}

function preview(world: World, json: unknown): CheckoutSessionPreviewResponse {
  const request = read(checkoutRequest, json)
  const cart = priceCart(world, request)
  const subtotal =
    cart.lines.reduce((sum, line) => sum + line.gross, 0) - (cart.lines.some(isInclusive) ? 0 : cart.tax)
  return {
    billing_country: cart.country,
    currency: cart.currency,
    current_breakup: { subtotal, discount: 0, tax: cart.tax, total_amount: cart.gross },
    total_price: cart.gross,
    total_tax: cart.tax,
    is_byop: false,
    payment_method_required: true,
    product_cart: cart.lines.map(line => ({
      product_id: line.productId,
      name: line.name,
      description: line.description,
      quantity: line.quantity,
      og_price: line.base,
      og_currency: cart.baseCurrency,
      discounted_price: line.base,
      currency: cart.currency,
      tax: line.tax,
      tax_rate: line.taxPercent,
      tax_inclusive: isInclusive(line),
      tax_category: line.product.tax_category,
      is_subscription: line.product.is_recurring,
      is_usage_based: false,
      credit_entitlements: [],
      meters: [],
    })),
  }
}

function isInclusive({ product }: ReturnType<typeof priceCart>['lines'][number]): boolean {
  return product.price.tax_inclusive ?? false
}
