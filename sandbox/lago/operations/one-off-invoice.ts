import type { Context } from '../context.ts'
import { notFound, unprocessable } from '../errors.ts'
import { isCurrency } from '../rules/currency.ts'
import { rubyRound } from '../rules/fixed-point.ts'
import type { InvoiceRow } from '../state/invoice.ts'
import type { TaxRow } from '../state/state.ts'
import { announceInvoice } from '../webhooks/invoice-events.ts'
import { buildInvoice, type FeeSpec } from './build-invoice.ts'

/** POST /invoices. `skip_psp` keeps Lago's own providers out; the webhook comes all the same. Source: create_one_off_service.rb. */
export function createOneOff(ctx: Context, params: Record<string, unknown>): InvoiceRow {
  const customer = ctx.state.customersByExternalId.get(String(params['external_customer_id'] ?? ''))
  if (!customer) throw notFound('customer')
  const given = params['fees']
  if (!Array.isArray(given) || given.length === 0) throw notFound('fees')
  const currency = params['currency'] ?? customer.currency ?? ctx.organization.default_currency
  if (!isCurrency(currency)) throw unprocessable({ currency: ['value_is_invalid'] })
  if (customer.currency !== null && customer.currency !== currency) {
    throw unprocessable({ currency: ['currencies_does_not_match'] })
  }
  const taxes = new Map<string, TaxRow>()
  const fees = (given as Record<string, unknown>[]).map(fee => oneOffFee(ctx, fee, taxes))
  customer.currency ??= currency
  const invoice = buildInvoice(ctx, {
    customer,
    currency,
    fees,
    taxes: [...taxes.values()],
    coupons: [],
    progressive_billing_credit_amount_cents: 0,
    credit_notes_amount_cents: 0,
    prepaid_credit_amount_cents: 0,
    invoice_type: 'one_off',
    status: 'finalized',
    self_billed: customer.account_type === 'partner',
    net_payment_term: customer.net_payment_term ?? ctx.organization.net_payment_term,
    purchase_order_number:
      typeof params['purchase_order_number'] === 'string' ? params['purchase_order_number'] : null,
    version_number: 4,
  })
  ctx.state.addInvoice(invoice)
  announceInvoice(ctx, invoice)
  return invoice
}

function oneOffFee(ctx: Context, fee: Record<string, unknown>, taxes: Map<string, TaxRow>): FeeSpec {
  const addOn = ctx.state.addOns.get(String(fee['add_on_code'] ?? ''))
  if (!addOn) throw notFound('add_on')
  const units = Number(fee['units'] ?? 1)
  const unitAmount =
    typeof fee['unit_amount_cents'] === 'number' ? fee['unit_amount_cents'] : addOn.amount_cents
  const codes = Array.isArray(fee['tax_codes']) ? (fee['tax_codes'] as unknown[]).map(String) : []
  for (const code of codes) {
    const tax = ctx.state.taxes.get(code)
    if (!tax) throw notFound('tax')
    taxes.set(code, tax)
  }
  const name = fee['invoice_display_name']
  const description = fee['description']
  return {
    amount_cents: rubyRound(unitAmount * units),
    units,
    type: 'add_on',
    code: addOn.code,
    name: typeof name === 'string' ? name : addOn.name,
    description: typeof description === 'string' ? description : addOn.description,
    lago_item_id: addOn.lago_id,
    tax_codes: codes,
  }
}
