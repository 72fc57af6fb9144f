import type { CountryCode, Currency } from 'dodopayments/resources/misc'
import { z } from 'zod'
import { ApiError } from './api-error.ts'
import { isCountry } from './countries.ts'
import { isChargeable, isCurrency, MAX_AMOUNT } from './currencies.ts'

/** Request bodies, as strict as the real API about what it reads and as indifferent about what it does not. */
const int32 = z
  .int()
  .min(-MAX_AMOUNT - 1)
  .max(MAX_AMOUNT)
const amount = z.int().min(0).max(MAX_AMOUNT)

const country = z.custom<CountryCode>(
  code => typeof code === 'string' && isCountry(code),
  'unknown country code',
)
const currency = z.custom<Currency>(code => typeof code === 'string' && isCurrency(code), 'unknown currency')

export const metadata = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .superRefine((pairs, context) => {
    for (const [key, value] of Object.entries(pairs)) {
      if (!/^[A-Za-z0-9_-]{1,40}$/.test(key))
        context.addIssue(`metadata key ${key.slice(0, 60)} is not allowed`)
      if (String(value).length > 500)
        context.addIssue(`metadata value of ${key} is longer than 500 characters`)
    }
    if (Object.keys(pairs).length > 50)
      context.addIssue({
        code: 'custom',
        message: 'at most 50 metadata keys',
        params: { key: 'MAXIMUM_KEYS_REACHED' },
      })
  })

const billing = z.object({
  country,
  city: z.string().nullish(),
  state: z.string().nullish(),
  street: z.string().nullish(),
  zipcode: z.string().nullish(),
})

const customer = z.union([
  z.object({ customer_id: z.string() }),
  z.object({ email: z.email(), name: z.string().nullish(), phone_number: z.string().nullish() }),
])

export const checkoutRequest = z.object({
  product_cart: z
    .array(
      z.object({
        product_id: z.string(),
        quantity: z.int().min(1).max(MAX_AMOUNT),
        amount: int32.nullish(),
        addons: z.array(z.object({ addon_id: z.string(), quantity: z.int() })).nullish(),
      }),
    )
    .max(20),
  product_collection_id: z.string().nullish(),
  customer: customer.nullish(),
  billing_address: billing.nullish(),
  billing_currency: currency.nullish(),
  return_url: z.string().nullish(),
  cancel_url: z.string().nullish(),
  metadata: metadata.nullish(),
  allowed_payment_method_types: z.array(z.string()).nullish(),
  confirm: z.boolean().nullish(),
  minimal_address: z.boolean().nullish(),
  payment_method_id: z.string().nullish(),
  discount_code: z.string().nullish(),
  discount_codes: z.array(z.string()).max(20).nullish(),
  tax_id: z.string().nullish(),
  customer_business_name: z.string().max(250).nullish(),
  subscription_data: z
    .object({
      trial_period_days: z.int().min(0).max(10_000).nullish(),
      on_demand: z
        .object({
          mandate_only: z.boolean(),
          product_price: amount.nullish(),
          product_currency: currency.nullish(),
          product_description: z.string().nullish(),
        })
        .nullish(),
    })
    .nullish(),
  custom_fields: z
    .array(
      z.object({
        key: z.string(),
        label: z.string(),
        field_type: z.enum(['text', 'number', 'email', 'url', 'date', 'dropdown', 'boolean']),
      }),
    )
    .max(5)
    .nullish(),
  feature_flags: z.record(z.string(), z.boolean().nullish()).nullish(),
})
export type CheckoutRequest = z.infer<typeof checkoutRequest>

export const chargeRequest = z.object({
  product_price: amount,
  product_currency: currency.nullish(),
  product_description: z.string().nullish(),
  metadata: metadata.nullish(),
})
export type ChargeRequest = z.infer<typeof chargeRequest>

export const refundRequest = z.object({
  payment_id: z.string(),
  items: z
    .array(
      z.object({ item_id: z.string(), amount: int32.nullish(), tax_inclusive: z.boolean().default(true) }),
    )
    .nullish(),
  reason: z.string().max(3000).nullish(),
  metadata: metadata.nullish(),
})

export const updatePaymentMethod = z.discriminatedUnion('type', [
  z.object({ type: z.literal('new'), return_url: z.string().nullish() }),
  z.object({ type: z.literal('existing'), payment_method_id: z.string() }),
])

export const subscriptionPatch = z.object({
  status: z.enum(['cancelled', 'active']).nullish(),
  cancel_at_next_billing_date: z.boolean().nullish(),
  metadata: metadata.nullish(),
  next_billing_date: z.iso.datetime({ offset: true }).nullish(),
  billing: billing.nullish(),
})

export const newCustomer = z.object({
  email: z.email(),
  name: z.string().min(1),
  phone_number: z.string().nullish(),
  metadata: metadata.nullish(),
})

export const customerPatch = newCustomer.partial().extend({
  email: z.email().nullish(),
  name: z.string().nullish(),
})

const chargeableCurrency = currency.refine(isChargeable, {
  params: { key: 'UNSUPPORTED_CURRENCY' },
  message: 'currency is not supported',
})
const interval = z.enum(['Day', 'Week', 'Month', 'Year'])

const price = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('one_time_price'),
    currency: chargeableCurrency,
    price: amount,
    pay_what_you_want: z.boolean().optional(),
    suggested_price: amount.nullish(),
    tax_inclusive: z.boolean().nullish(),
    discount: z.number().optional(),
    purchasing_power_parity: z.boolean().optional(),
  }),
  z.object({
    type: z.literal('recurring_price'),
    currency: chargeableCurrency,
    price: amount,
    payment_frequency_count: z.int().min(1),
    payment_frequency_interval: interval,
    subscription_period_count: z.int().min(1),
    subscription_period_interval: interval,
    tax_inclusive: z.boolean().nullish(),
    trial_period_days: z.int().min(0).optional(),
    discount: z.number().optional(),
    purchasing_power_parity: z.boolean().optional(),
  }),
])

export const newProduct = z.object({
  name: z.string().min(1).max(100),
  description: z.string().max(1000).nullish(),
  price,
  tax_category: z.enum(['digital_products', 'saas', 'e_book', 'edtech', 'live_tutoring']),
  metadata: metadata.nullish(),
  brand_id: z.string().nullish(),
})
export const productPatch = newProduct
  .partial()
  .extend({ name: z.string().max(100).nullish(), price: price.nullish() })

export const newWebhook = z.object({
  url: z.url(),
  description: z.string().nullish(),
  disabled: z.boolean().nullish(),
  filter_types: z.array(z.string()).nullish(),
  headers: z.record(z.string(), z.string()).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  rate_limit: z.int().nullish(),
  idempotency_key: z.string().nullish(),
})
export const webhookPatch = newWebhook.partial().extend({ url: z.url().nullish() })
export const webhookHeaders = z.object({ headers: z.record(z.string(), z.string()) })

const RAISED = ['MAXIMUM_KEYS_REACHED', 'UNSUPPORTED_CURRENCY'] as const

/** Reads a request body or throws the API's own error. */
export function read<T>(schema: z.ZodType<T>, json: unknown): T {
  if (json === undefined) throw new ApiError('INVALID_REQUEST_BODY', 'The request body is not valid JSON')
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const at = issue?.path.join('.')
  const message = `Invalid request body: ${at ? `${at}: ` : ''}${issue?.message ?? 'unreadable'}`
  const key = issue?.code === 'custom' ? issue.params?.['key'] : undefined
  throw new ApiError(RAISED.find(code => code === key) ?? 'INVALID_REQUEST_BODY', message)
}
