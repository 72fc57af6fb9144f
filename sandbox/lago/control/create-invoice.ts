import type { Context } from '../context.ts'
import { buildInvoice, type FeeSpec } from '../operations/build-invoice.ts'
import { storePayment } from '../operations/record-payment.ts'
import { upsertCustomer } from '../operations/upsert-customer.ts'
import { feeObject } from '../serialize/fee.ts'
import type { CustomerRow } from '../state/customer.ts'
import type { InvoiceRow } from '../state/invoice.ts'
import type { TaxRow } from '../state/state.ts'
import { announceInvoice } from '../webhooks/invoice-events.ts'
import type { CustomerInput, InvoiceInput, TaxInput } from './inputs.ts'

/** A customer, made or changed. A payment provider is linked as if its own sign-up had been gone through. */
export function putCustomer(ctx: Context, input: CustomerInput): CustomerRow {
  const { payment_provider, external_id, ...fields } = input
  return upsertCustomer(ctx, {
    ...fields,
    external_id: external_id ?? `cust_${ctx.state.customers.size + 1}`,
    ...(payment_provider !== undefined && {
      billing_configuration: {
        payment_provider,
        payment_provider_code: payment_provider,
        provider_customer_id: payment_provider === null ? null : `${payment_provider}_1`,
      },
    }),
  })
}

function customerOf(
  ctx: Context,
  given: InvoiceInput['customer'],
  currency: string | undefined,
): CustomerRow {
  if (typeof given === 'object') return putCustomer(ctx, given)
  const external_id = given ?? 'cust_1'
  return (
    ctx.state.customersByExternalId.get(external_id) ??
    putCustomer(ctx, {
      external_id,
      name: `Customer ${external_id}`,
      email: `${external_id}@example.test`,
      country: 'US',
      currency: currency ?? ctx.organization.default_currency,
    })
  )
}

/** A tax of the organization, made when unknown. */
export function putTax(ctx: Context, given: number | TaxInput): TaxRow {
  const { rate, code, name } =
    typeof given === 'number' ? { rate: given, code: undefined, name: undefined } : given
  const key = code ?? `vat_${rate}`
  const known = ctx.state.taxes.get(key)
  if (known?.rate === rate) return known
  const tax = { lago_id: ctx.uuid(), code: key, name: name ?? `VAT ${rate}%`, rate }
  ctx.state.taxes.set(key, tax)
  return tax
}

/** An invoice of any kind, stored and announced as Lago would announce it. */
export function createInvoice(ctx: Context, input: InvoiceInput): InvoiceRow {
  const customer = customerOf(ctx, input.customer, input.currency)
  const currency = input.currency ?? customer.currency ?? ctx.organization.default_currency
  customer.currency ??= currency
  const invoice = buildInvoice(ctx, {
    customer,
    currency,
    fees: (input.fees ?? [1000]).map(
      (fee): FeeSpec => (typeof fee === 'number' ? { amount_cents: fee } : fee),
    ),
    taxes: (input.taxes ?? []).map(tax => putTax(ctx, tax)),
    coupons: (input.coupons ?? []).map(coupon =>
      typeof coupon === 'number'
        ? { code: 'WELCOME', name: 'Welcome', amount_cents: coupon }
        : {
            code: coupon.code ?? 'WELCOME',
            name: coupon.name ?? 'Welcome',
            amount_cents: coupon.amount_cents,
          },
    ),
    progressive_billing_credit_amount_cents: input.progressive_billing_credit_amount_cents ?? 0,
    credit_notes_amount_cents: input.credit_notes_amount_cents ?? 0,
    prepaid_credit_amount_cents: input.prepaid_credit_amount_cents ?? 0,
    invoice_type: input.invoice_type ?? 'subscription',
    status: input.status ?? 'finalized',
    ...(input.payment_status && { payment_status: input.payment_status }),
    self_billed: input.self_billed ?? customer.account_type === 'partner',
    net_payment_term:
      input.net_payment_term ?? customer.net_payment_term ?? ctx.organization.net_payment_term,
    ...(input.issuing_date && { issuing_date: input.issuing_date }),
    purchase_order_number: input.purchase_order_number ?? null,
    version_number: input.version_number ?? 4,
    ...(input.external_subscription_id && { external_subscription_id: input.external_subscription_id }),
  })
  for (const { key, value } of input.metadata ?? []) {
    invoice.metadata.push({ lago_id: ctx.uuid(), key, value, created_at: invoice.created_at })
  }
  ctx.state.addInvoice(invoice)
  if (input.silent) return invoice
  if (input.pay_in_advance) {
    for (const fee of invoice.fees) ctx.emit('fee.created', () => feeObject(fee, invoice))
  }
  announceInvoice(ctx, invoice, input.tax_provider)
  if (invoice.invoice_type === 'advance_charges') recordAdvance(ctx, invoice)
  return invoice
}

// For an instant such an invoice is succeeded with all of it due; then Lago records the payment of its paid fees itself.
function recordAdvance(ctx: Context, invoice: InvoiceRow): void {
  ctx.later(() => {
    storePayment(ctx, invoice, {
      amount_cents: invoice.total_amount_cents,
      reference: 'advance charges',
      created_at: ctx.clock.now(),
    })
  })
}
