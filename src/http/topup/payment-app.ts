import { Hono } from 'hono'
import type { PaymentProvider } from '../../topup/provider.ts'
import { Refusal } from '../../topup/refusal.ts'
import { onError, refuse } from './answers.ts'
import { checkoutDoor } from './checkout-door.ts'
import { listsDoor } from './lists-door.ts'
import type { PaymentParts } from './parts.ts'
import { paymentWebhook } from './payment-webhook.ts'
import { redirectDoor } from './redirect-door.ts'

/** The eight routes of the payment service, under `/v1/payment`. */
export function paymentApp(parts: PaymentParts): Hono {
  const app = new Hono().basePath('/v1/payment')
  app.get('/methods', c => c.json({ items: parts.providers.map(method) }))
  app.route('/checkout/create', checkoutDoor(parts))
  app.route('/webhook', paymentWebhook(parts))
  app.route('/redirect', redirectDoor(parts))
  app.route('/', listsDoor(parts))
  app.all('/*', c => refuse(c, new Refusal(404, 'not_found', 'there is nothing here')))
  app.onError(onError(parts.log))
  return app
}

function method(provider: PaymentProvider) {
  const reason = provider.unavailable()
  return {
    id: provider.id,
    type: 'checkout',
    enabled: reason === null,
    label: provider.label,
    service: 'payment',
    action: 'checkout/create',
    requires_user: true,
    currency: provider.currency,
    ...(reason ? { reason } : {}),
  }
}
