import type { Payment } from 'dodopayments/resources/payments'
import type { PaymentMethod } from '../state.ts'
import type { World } from '../world.ts'

export interface Card {
  last4: string
  network: string
  country: 'US' | 'IN'
  /** How a payment with this card ends when nobody says otherwise. */
  errorCode?: string
}

/** The test cards of Dodo's documentation. */
const TEST_CARDS: Record<string, Card> = {
  '4242424242424242': { last4: '4242', network: 'VISA', country: 'US' },
  '5555555555554444': { last4: '4444', network: 'MASTERCARD', country: 'US' },
  '4576238912771450': { last4: '1450', network: 'VISA', country: 'IN' },
  '5409162669381034': { last4: '1034', network: 'MASTERCARD', country: 'IN' },
  '4000000000000002': { last4: '0002', network: 'VISA', country: 'US', errorCode: 'GENERIC_DECLINE' },
  '4000000000009995': { last4: '9995', network: 'VISA', country: 'US', errorCode: 'INSUFFICIENT_FUNDS' },
  '4000000000000341': { last4: '0341', network: 'VISA', country: 'US' },
}

const DEFAULT: Card = { last4: '4242', network: 'VISA', country: 'US' }

export function cardOf(number: string | undefined): Card {
  return (number !== undefined && TEST_CARDS[number.replace(/\D/g, '')]) || DEFAULT
}

/** Cards are stored at checkout without asking. */
export function storeCard(world: World, customerId: string, card: Card): PaymentMethod {
  const methods = world.state.paymentMethods.get(customerId) ?? []
  const known = methods.find(method => method.card?.last4_digits === card.last4)
  const method: PaymentMethod = known ?? {
    payment_method_id: world.random.id('pm_'),
    payment_method: 'card',
    payment_method_type: 'credit',
    recurring_enabled: true,
    card: {
      last4_digits: card.last4,
      card_network: card.network,
      card_type: 'CREDIT',
      card_issuing_country: card.country,
      card_holder_name: null,
      expiry_month: '06',
      expiry_year: '32',
    },
  }
  method.last_used_at = world.clock.now().toISOString()
  if (!known) world.state.paymentMethods.set(customerId, [...methods, method])
  return method
}

export function showCard(payment: Payment, card: Card): void {
  payment.payment_method = 'card'
  payment.payment_method_type = 'credit'
  payment.card_last_four = card.last4
  payment.card_network = card.network
  payment.card_type = 'CREDIT'
  payment.card_issuing_country = card.country
}
