import type { CreditNoteRow } from './credit-note.ts'
import type { CustomerRow } from './customer.ts'
import type { InvoiceRow } from './invoice.ts'
import type { PaymentRequestRow, PaymentRow } from './payment.ts'
import type { WalletRow, WalletTransactionRow } from './wallet.ts'
import type { WebhookEndpointRow } from './webhook-endpoint.ts'

export interface TaxRow {
  lago_id: string
  code: string
  name: string
  rate: number
}

export interface AddOnRow {
  lago_id: string
  code: string
  name: string
  description: string | null
  amount_cents: number
}

/** Everything one organization has in Lago, by id, and by what else it is looked up with. */
export class State {
  readonly customers = new Map<string, CustomerRow>()
  readonly customersByExternalId = new Map<string, CustomerRow>()
  readonly invoices = new Map<string, InvoiceRow>()
  readonly invoicesByNumber = new Map<string, InvoiceRow>()
  readonly payments = new Map<string, PaymentRow>()
  readonly paymentRequests = new Map<string, PaymentRequestRow>()
  readonly creditNotes = new Map<string, CreditNoteRow>()
  readonly wallets = new Map<string, WalletRow>()
  readonly walletTransactions = new Map<string, WalletTransactionRow>()
  readonly webhookEndpoints = new Map<string, WebhookEndpointRow>()
  readonly taxes = new Map<string, TaxRow>()
  readonly addOns = new Map<string, AddOnRow>()

  private order = 0
  private sorted: InvoiceRow[] | undefined

  nextOrder(): number {
    this.order += 1
    return this.order
  }

  addInvoice(invoice: InvoiceRow): void {
    this.invoices.set(invoice.lago_id, invoice)
    if (invoice.sequential_id !== null) this.invoicesByNumber.set(invoice.number, invoice)
    invoice.customer.invoices.push(invoice)
    this.sorted = undefined
  }

  /** Call after a change of the issuing date. */
  invoiceMoved(): void {
    this.sorted = undefined
  }

  /** Newest issuing date first, then newest created, as the list route answers them. */
  invoicesNewestFirst(): readonly InvoiceRow[] {
    this.sorted ??= sortInvoices([...this.invoices.values()])
    return this.sorted
  }
}

export function sortInvoices(invoices: InvoiceRow[]): InvoiceRow[] {
  return invoices.sort((a, b) => {
    if (a.issuing_date !== b.issuing_date) return a.issuing_date < b.issuing_date ? 1 : -1
    const created = b.created_at.getTime() - a.created_at.getTime()
    return created !== 0 ? created : b.order - a.order
  })
}
