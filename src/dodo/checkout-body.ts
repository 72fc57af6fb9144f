import type { CheckoutSessionCreateParams } from 'dodopayments/resources/checkout-sessions'
import type { CheckoutRequest } from './client.ts'
import { toDodo } from './units.ts'

/**
 * The body of a checkout for exactly one price: one line of the currency's pay-what-you-want product.
 * Discount codes and the choice of currency are off, because either would change what is paid.
 * Source: Dodo API reference, create checkout session.
 */
export function checkoutBody(request: CheckoutRequest): CheckoutSessionCreateParams {
  const { price, customer, dodoCustomerId } = request
  const email = customer.email
  return {
    product_cart: [{ product_id: request.productId, quantity: 1, amount: toDodo(price) }],
    billing_currency: price.currency as NonNullable<CheckoutSessionCreateParams['billing_currency']>,
    ...(dodoCustomerId
      ? { customer: { customer_id: dodoCustomerId } }
      : email
        ? { customer: { email, ...(customer.name ? { name: customer.name } : {}) } }
        : {}),
    // A blank field would stop the page from asking for it: what is not known is null.
    ...(customer.country
      ? {
          billing_address: {
            country: customer.country as NonNullable<
              CheckoutSessionCreateParams['billing_address']
            >['country'],
            city: customer.city,
            state: customer.state,
            street: customer.street,
            zipcode: customer.zipcode,
          },
        }
      : {}),
    return_url: request.returnUrl,
    cancel_url: request.cancelUrl,
    metadata: { ...request.metadata },
    feature_flags: {
      allow_discount_code: false,
      allow_currency_selection: false,
      // Two Lago customers may share an e-mail; without an id Dodo would take them for one.
      ...(dodoCustomerId ? {} : { always_create_new_customer: true }),
    },
  }
}
