import type { CreditableInvoice } from '../credit-note-rules.ts'
import { formatE5 } from '../rules/fixed-point.ts'
import type { InvoiceRow } from '../state/invoice.ts'

/** A stored invoice as the credit note rules want it. */
export function creditableInvoice(invoice: InvoiceRow): CreditableInvoice {
  const wallet = invoice.wallet_transaction?.wallet
  return {
    status: invoice.status,
    invoice_type: invoice.invoice_type,
    payment_status: invoice.payment_status,
    version_number: invoice.version_number,
    fees_amount_cents: invoice.fees_amount_cents,
    coupons_amount_cents: invoice.coupons_amount_cents,
    progressive_billing_credit_amount_cents: invoice.progressive_billing_credit_amount_cents,
    credit_notes_amount_cents: invoice.credit_notes_amount_cents,
    prepaid_credit_amount_cents: invoice.prepaid_credit_amount_cents,
    total_amount_cents: invoice.total_amount_cents,
    total_paid_amount_cents: invoice.total_paid_amount_cents,
    fees: invoice.fees.map(fee => ({
      id: fee.lago_id,
      amount_cents: fee.amount_cents,
      precise_coupons_amount_cents: fee.precise_coupons_amount_cents,
      tax_codes: fee.tax_codes,
    })),
    taxes: invoice.taxes.map(tax => ({ code: tax.code, name: tax.name, rate: tax.rate })),
    notes: invoice.credit_notes.map(note => ({
      ...note,
      precise_taxes_amount_cents: formatE5(note.precise_taxes_amount_cents),
    })),
    ...(wallet && {
      wallet: {
        active: wallet.status === 'active',
        limit_cents: Math.min(
          wallet.balance_cents,
          invoice.wallet_transaction?.remaining_amount_cents ?? wallet.balance_cents,
        ),
      },
    }),
  }
}
