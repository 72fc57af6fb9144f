import { seconds } from '../dates.ts'
import { subunits } from '../rules/currency.ts'
import { formatE5, subE5, toE5 } from '../rules/fixed-point.ts'
import type { FeeItemType, FeeRow, InvoiceRow } from '../state/invoice.ts'
import { asCurrency, type WireFee } from './wire.ts'

const ITEM_TYPES = {
  charge: 'BillableMetric',
  fixed_charge: 'AddOn',
  add_on: 'AddOn',
  subscription: 'Subscription',
  credit: 'WalletTransaction',
  commitment: 'Subscription',
} as const satisfies Record<FeeItemType, WireFee['item']['item_type']>

const decimal = (value: number): string => formatE5(toE5(value))

/** Source: lago-api app/serializers/v1/fee_serializer.rb. Decimals travel as strings, integers as numbers. */
export function feeObject(fee: FeeRow, invoice: InvoiceRow): WireFee {
  const currency = asCurrency(invoice.currency)
  const unit = subunits(invoice.currency)
  const net = subE5(toE5(fee.amount_cents), toE5(fee.precise_coupons_amount_cents))
  const created = seconds(invoice.created_at)
  return {
    lago_id: fee.lago_id,
    lago_charge_id: fee.item_type === 'charge' ? fee.lago_item_id : null,
    lago_charge_filter_id: null,
    lago_fixed_charge_id: null,
    lago_invoice_id: invoice.lago_id,
    lago_true_up_fee_id: null,
    lago_true_up_parent_fee_id: null,
    lago_original_fee_id: null,
    lago_subscription_id: invoice.subscription?.lago_id ?? null,
    external_subscription_id: invoice.subscription?.external_id ?? null,
    lago_customer_id: invoice.customer.lago_id,
    external_customer_id: invoice.customer.external_id,
    item: {
      type: fee.item_type,
      code: fee.code,
      name: fee.name,
      description: fee.description,
      invoice_display_name: fee.name,
      filters: null,
      filter_invoice_display_name: null,
      lago_item_id: fee.lago_item_id,
      item_type: ITEM_TYPES[fee.item_type],
      grouped_by: {},
    },
    pay_in_advance: false,
    invoiceable: true,
    amount_cents: fee.amount_cents,
    amount_currency: currency,
    precise_amount: decimal(fee.amount_cents / unit),
    precise_total_amount: decimal((fee.amount_cents + fee.taxes_precise_amount_cents) / unit),
    taxes_amount_cents: fee.taxes_amount_cents,
    taxes_precise_amount: decimal(fee.taxes_precise_amount_cents / unit),
    taxes_rate: fee.taxes_rate,
    total_aggregated_units: decimal(fee.units),
    total_amount_cents: fee.amount_cents + fee.taxes_amount_cents,
    total_amount_currency: currency,
    units: decimal(fee.units),
    description: fee.description,
    precise_unit_amount: decimal(fee.unit_amount_cents / unit),
    precise_coupons_amount_cents: decimal(fee.precise_coupons_amount_cents),
    sub_total_excluding_taxes_amount_cents: Math.round(fee.amount_cents - fee.precise_coupons_amount_cents),
    sub_total_excluding_taxes_precise_amount_cents: formatE5(net),
    events_count: null,
    payment_status: fee.payment_status,
    created_at: created,
    succeeded_at: fee.payment_status === 'succeeded' ? seconds(invoice.updated_at) : null,
    failed_at: fee.payment_status === 'failed' ? seconds(invoice.updated_at) : null,
    refunded_at: null,
    amount_details: {},
    self_billed: invoice.self_billed,
    pricing_unit_details: null,
    ...(fee.item_type !== 'credit' && {
      from_date: `${invoice.issuing_date}T00:00:00Z`,
      to_date: `${invoice.issuing_date}T23:59:59Z`,
    }),
  }
}
