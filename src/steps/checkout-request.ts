import type { Facts } from '../core/facts.ts'
import { payLink } from '../core/plan/collect.ts'
import type { EffectStep } from '../core/steps.ts'
import type { CheckoutRequest } from '../dodo/client.ts'
import { knownTopup } from './credit-balance.ts'
import { knownInvoice, type StepContext } from './types.ts'

type OpenCheckout = Extract<EffectStep, { verb: 'open-checkout' }>
type Particulars = Omit<CheckoutRequest, 'price' | 'productId'>

/** Whom the checkout is for, what it is marked with and where it leads back to. */
export const particularsOf = (
  step: OpenCheckout,
  facts: Facts,
  context: StepContext,
): Promise<Particulars> =>
  facts.kind === 'topup' ? ofTopup(step, facts, context) : ofInvoice(step, facts, context)

/** The mark by which a payment made in a checkout whose answer was lost is known. */
export const markOf = (facts: Facts): { name: string; value: string } => ({
  name: facts.kind === 'topup' ? 'topup_id' : 'lago_invoice_id',
  value: facts.key.slice(facts.key.indexOf(':') + 1),
})

const suffix = (attempt: number): string => (attempt === 1 ? '' : `-${attempt}`)

async function ofInvoice(
  step: OpenCheckout,
  facts: Facts,
  { policy, dodoCustomerOf }: StepContext,
): Promise<Particulars> {
  const invoice = knownInvoice(facts)
  const back = `${payLink(facts, policy)}/return`
  return {
    customer: invoice.customer,
    dodoCustomerId: invoice.customer.dodoCustomerId ?? (await dodoCustomerOf(invoice.customer.externalId)),
    metadata: {
      lago_invoice_id: invoice.id,
      lago_invoice_number: invoice.number.slice(0, 500),
      lago_external_customer_id: invoice.customer.externalId.slice(0, 500),
      attempt: String(step.attempt),
    },
    returnUrl: back,
    cancelUrl: back,
    idempotencyKey: `lago-inv-${invoice.id}${suffix(step.attempt)}`,
  }
}

const NOBODY = {
  name: null,
  email: null,
  country: null,
  city: null,
  state: null,
  street: null,
  zipcode: null,
}

async function ofTopup(
  step: OpenCheckout,
  facts: Facts,
  { dodoCustomerOf }: StepContext,
): Promise<Particulars> {
  const topup = knownTopup(facts)
  const { checkout } = facts
  if (!checkout) throw new Error(`${facts.key} has no payment`)
  const page = (name: string) => `${checkout.resultBase}/v1/payment/redirect/${name}?ref=${facts.payToken}`
  return {
    customer: NOBODY,
    dodoCustomerId: await dodoCustomerOf(topup.userId),
    metadata: {
      payment_id: checkout.paymentId,
      topup_id: topup.id.slice(0, 500),
      user_id: topup.userId.slice(0, 500),
      credits: topup.credits.toString(),
      usd_cents: topup.amount.toString(),
    },
    returnUrl: page('success'),
    cancelUrl: page('cancel'),
    idempotencyKey: `${checkout.paymentId}${suffix(step.attempt)}`,
  }
}
