import type { Context } from '../context.ts'
import { unprocessable } from '../errors.ts'
import { isVisible } from '../operations/invoice-payment-status.ts'
import type { FieldErrors } from '../rules/credit-note-input.ts'
import { has } from '../rules/version.ts'
import { type InvoiceRow, offsetOf } from '../state/invoice.ts'
import { sortInvoices } from '../state/state.ts'
import { listOf, matchesMetadata, metadataFilter } from './params.ts'

type Test = (invoice: InvoiceRow) => boolean

const STATUSES = ['draft', 'finalized', 'voided', 'failed', 'pending']
const PAYMENT_STATUSES = ['pending', 'succeeded', 'failed']
const TYPES = ['subscription', 'add_on', 'credit', 'one_off', 'advance_charges', 'progressive_billing']

/** GET /invoices, filtered and newest first. An unknown enum value is a 422. Source: lago-api app/queries/invoices_query.rb. */
export function filterInvoices(ctx: Context, query: URLSearchParams): readonly InvoiceRow[] {
  const tests = invoiceTests(ctx, query)
  const external = query.get('external_customer_id') ?? query.get('customer_external_id')
  if (external !== null) {
    const own = ctx.state.customersByExternalId.get(external)?.invoices ?? []
    return sortInvoices(own.filter(invoice => tests.every(test => test(invoice))))
  }
  return ctx.state.invoicesNewestFirst().filter(invoice => tests.every(test => test(invoice)))
}

function invoiceTests(ctx: Context, query: URLSearchParams): Test[] {
  const errors: FieldErrors = {}
  const enumOf = (field: string, allowed: readonly string[], ...names: string[]) => {
    const values = listOf(query, ...names)
    if (values.some(value => !allowed.includes(value))) errors[field] = ['value_is_invalid']
    return values
  }
  const statuses = enumOf('status', STATUSES, 'status', 'statuses')
  const paymentStatuses = enumOf('payment_status', PAYMENT_STATUSES, 'payment_status', 'payment_statuses')
  const types = enumOf('invoice_type', TYPES, 'invoice_type', 'invoice_types')
  const from = dateOf(query, 'issuing_date_from', errors)
  const to = dateOf(query, 'issuing_date_to', errors)
  if (Object.keys(errors).length > 0) throw unprocessable(errors)

  const tests: Test[] = [isVisible]
  if (statuses.length > 0) tests.push(invoice => statuses.includes(invoice.status))
  if (paymentStatuses.length > 0) tests.push(invoice => paymentStatuses.includes(invoice.payment_status))
  if (types.length > 0) tests.push(invoice => types.includes(invoice.invoice_type))
  if (from !== null) tests.push(invoice => invoice.issuing_date >= from)
  if (to !== null) tests.push(invoice => invoice.issuing_date <= to)
  if (has(ctx.settings.version, 'totalDueField')) tests.push(...laterTests(query))
  return tests
}

// Filters that old releases ignore.
function laterTests(query: URLSearchParams): Test[] {
  const tests: Test[] = []
  const flag = (name: string, is: Test) => {
    const wanted = query.get(name)
    if (wanted === 'true' || wanted === 'false') tests.push(invoice => is(invoice) === (wanted === 'true'))
  }
  flag('payment_overdue', invoice => invoice.payment_overdue)
  flag('payment_dispute_lost', invoice => invoice.payment_dispute_lost_at !== null)
  flag('self_billed', invoice => invoice.self_billed)
  flag(
    'partially_paid',
    invoice =>
      invoice.total_paid_amount_cents > 0 && invoice.total_paid_amount_cents < invoice.total_amount_cents,
  )
  const currency = query.get('currency')
  if (currency) tests.push(invoice => invoice.currency === currency)
  const order = query.get('purchase_order_number')
  if (order) tests.push(invoice => invoice.purchase_order_number === order)
  const least = query.get('amount_from')
  if (least) tests.push(invoice => invoice.total_amount_cents >= Number(least))
  const most = query.get('amount_to')
  if (most) tests.push(invoice => invoice.total_amount_cents <= Number(most))
  const settlements = listOf(query, 'settlements')
  if (settlements.length > 0) {
    tests.push(
      invoice =>
        (settlements.includes('payment') && invoice.payments.length > 0) ||
        (settlements.includes('credit_note') && offsetOf(invoice) > 0),
    )
  }
  const metadata = metadataFilter(query)
  if (metadata.length > 0) tests.push(invoice => matchesMetadata(invoice.metadata, metadata))
  const term = query.get('search_term')?.toLowerCase()
  if (term) {
    tests.push(
      ({ lago_id, number, customer }) =>
        lago_id.includes(term) ||
        number.toLowerCase().includes(term) ||
        customer.external_id.toLowerCase().includes(term) ||
        (customer.name?.toLowerCase().includes(term) ?? false) ||
        (customer.email?.toLowerCase().includes(term) ?? false),
    )
  }
  return tests
}

function dateOf(query: URLSearchParams, name: string, errors: FieldErrors): string | null {
  const text = query.get(name)
  if (text === null || text === '') return null
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text))) return text.slice(0, 10)
  errors[name] = ['invalid_date']
  return null
}
