import type { Context } from '../context.ts'
import { addDays, day } from '../dates.ts'
import type { InvoiceStatus, InvoiceType, PaymentStatus } from '../rules/credit-note-input.ts'
import { invoiceTotals } from '../rules/invoice-totals.ts'
import type { CustomerRow } from '../state/customer.ts'
import type { CreditRow, FeeItemType, InvoiceRow } from '../state/invoice.ts'
import type { TaxRow } from '../state/state.ts'
import type { WalletTransactionRow } from '../state/wallet.ts'

export interface FeeSpec {
  amount_cents: number
  /** Default: all taxes of the invoice. */
  tax_codes?: readonly string[]
  type?: FeeItemType
  code?: string
  name?: string
  description?: string | null
  units?: number
  lago_item_id?: string
}

export interface InvoiceSpec {
  customer: CustomerRow
  currency: string
  fees: readonly FeeSpec[]
  taxes: readonly TaxRow[]
  coupons: readonly { code: string; name: string; amount_cents: number }[]
  progressive_billing_credit_amount_cents: number
  credit_notes_amount_cents: number
  prepaid_credit_amount_cents: number
  invoice_type: InvoiceType
  status: InvoiceStatus
  /** Default: succeeded when nothing is left to pay or for advance charges, else pending. */
  payment_status?: PaymentStatus
  self_billed: boolean
  /** Days. */
  net_payment_term: number
  /** Default: today. */
  issuing_date?: string
  purchase_order_number: string | null
  version_number: number
  external_subscription_id?: string
  wallet_transaction?: WalletTransactionRow
}

const FEE_TYPES: Record<InvoiceType, FeeItemType> = {
  subscription: 'subscription',
  add_on: 'add_on',
  credit: 'credit',
  one_off: 'add_on',
  advance_charges: 'charge',
  progressive_billing: 'charge',
}

/** A new invoice with the totals Lago would compute. It is neither stored nor announced yet. */
export function buildInvoice(ctx: Context, spec: InvoiceSpec): InvoiceRow {
  const { uuid } = ctx
  const now = ctx.clock.now()
  const allCodes = spec.taxes.map(tax => tax.code)
  const priced = spec.fees.map(fee => ({ ...fee, tax_codes: fee.tax_codes ?? allCodes }))
  const totals = invoiceTotals({
    fees: priced,
    taxes: spec.taxes,
    coupons_amount_cents: spec.coupons.reduce((sum, coupon) => sum + coupon.amount_cents, 0),
    progressive_billing_credit_amount_cents: spec.progressive_billing_credit_amount_cents,
    credit_notes_amount_cents: spec.credit_notes_amount_cents,
    prepaid_credit_amount_cents: spec.prepaid_credit_amount_cents,
  })
  const issuing_date = spec.issuing_date ?? day(now)
  const settledAtBirth = totals.total_amount_cents === 0 || spec.invoice_type === 'advance_charges'
  const payment_status = spec.payment_status ?? (settledAtBirth ? 'succeeded' : 'pending')
  const taxByCode = new Map(spec.taxes.map(tax => [tax.code, tax]))
  const { fees: feeTotals, taxes: taxTotals, ...amounts } = totals
  const invoice: InvoiceRow = {
    lago_id: uuid(),
    customer: spec.customer,
    order: ctx.state.nextOrder(),
    ...(isNumbered(spec.status)
      ? nextNumber(spec.customer)
      : { sequential_id: null, number: `${ctx.organization.document_number_prefix}-DRAFT` }),
    purchase_order_number: spec.purchase_order_number,
    issuing_date,
    payment_due_date: addDays(issuing_date, spec.net_payment_term),
    net_payment_term: spec.net_payment_term,
    invoice_type: spec.invoice_type,
    status: spec.status,
    payment_status,
    payment_dispute_lost_at: null,
    payment_overdue: false,
    currency: spec.currency,
    ...amounts,
    total_paid_amount_cents: 0,
    version_number: spec.version_number,
    self_billed: spec.self_billed,
    ready_for_payment_processing: true,
    created_at: now,
    updated_at: now,
    voided_at: spec.status === 'voided' ? now : null,
    subscription:
      spec.invoice_type === 'subscription' || spec.invoice_type === 'progressive_billing'
        ? {
            lago_id: uuid(),
            external_id: spec.external_subscription_id ?? `sub_${spec.customer.external_id}`,
            plan_code: 'standard',
            lago_plan_id: uuid(),
          }
        : null,
    fees: [],
    taxes: taxTotals.map(tax => ({
      lago_id: uuid(),
      lago_tax_id: taxByCode.get(tax.code)?.lago_id ?? uuid(),
      code: tax.code,
      name: taxByCode.get(tax.code)?.name ?? tax.code,
      rate: tax.rate,
      amount_cents: tax.amount_cents,
      fees_amount_cents: tax.fees_amount_cents,
    })),
    credits: credits(spec, amounts, uuid),
    metadata: [],
    credit_notes: [],
    payments: [],
    payment_requests: [],
    wallet_transaction: spec.wallet_transaction ?? null,
  }
  invoice.fees = priced.map((fee, index) => ({
    lago_id: uuid(),
    item_type: fee.type ?? FEE_TYPES[spec.invoice_type],
    code: fee.code ?? `item_${index + 1}`,
    name: fee.name ?? `Item ${index + 1}`,
    description: fee.description ?? null,
    lago_item_id: fee.lago_item_id ?? uuid(),
    amount_cents: fee.amount_cents,
    tax_codes: fee.tax_codes,
    units: fee.units ?? 1,
    unit_amount_cents: fee.amount_cents / (fee.units ?? 1),
    payment_status,
    ...(feeTotals[index] ?? {
      precise_coupons_amount_cents: 0,
      taxes_amount_cents: 0,
      taxes_precise_amount_cents: 0,
      taxes_rate: 0,
    }),
  }))
  return invoice
}

const isNumbered = (status: InvoiceStatus): boolean => status === 'finalized' || status === 'voided'

/** The next final number of a customer: its slug and a count. */
export function nextNumber(customer: CustomerRow): { sequential_id: number; number: string } {
  customer.numbered_invoices += 1
  const sequential_id = customer.numbered_invoices
  return { sequential_id, number: `${customer.slug}-${String(sequential_id).padStart(3, '0')}` }
}

function credits(
  spec: InvoiceSpec,
  amounts: { coupons_amount_cents: number; credit_notes_amount_cents: number },
  uuid: () => string,
): CreditRow[] {
  const rows: CreditRow[] = []
  let left = amounts.coupons_amount_cents
  for (const { code, name, amount_cents } of spec.coupons) {
    const amount = Math.min(amount_cents, left)
    left -= amount
    rows.push({
      lago_id: uuid(),
      type: 'coupon',
      code,
      name,
      lago_item_id: uuid(),
      amount_cents: amount,
      before_taxes: true,
    })
  }
  if (amounts.credit_notes_amount_cents > 0) {
    rows.push({
      lago_id: uuid(),
      type: 'credit_note',
      code: 'credit_note',
      name: 'Credit note',
      lago_item_id: uuid(),
      amount_cents: amounts.credit_notes_amount_cents,
      before_taxes: false,
    })
  }
  return rows
}
