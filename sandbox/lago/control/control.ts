import type { WebhookEndpointObject } from 'lago-javascript-client'
import type { Context } from '../context.ts'
import { deleteInvoice, finalizeInvoice, loseDispute, retryPayment } from '../operations/invoice-actions.ts'
import { recordPayment } from '../operations/record-payment.ts'
import { updateInvoice } from '../operations/update-invoice.ts'
import { type VoidParams, voidInvoice } from '../operations/void-invoice.ts'
import { createEndpoint, type EndpointParams } from '../operations/webhook-endpoints.ts'
import type { PaymentStatus } from '../rules/credit-note-input.ts'
import type { LagoVersion } from '../rules/version.ts'
import { customerObject } from '../serialize/customer.ts'
import { ALL_INCLUDES, invoiceObject } from '../serialize/invoice.ts'
import { webhookEndpointObject } from '../serialize/organization.ts'
import { paymentObject } from '../serialize/payment.ts'
import type { WireCustomer, WireInvoice, WirePayment } from '../serialize/wire.ts'
import type { InvoiceRow } from '../state/invoice.ts'
import { createInvoice, putCustomer, putTax } from './create-invoice.ts'
import { type CreditNoteControl, creditNoteControl } from './credit-note-control.ts'
import type { CustomerInput, InvoiceInput, InvoiceRef, TaxInput } from './inputs.ts'
import { finalizeAfterTaxes, markOverdue, regenerate } from './lago-jobs.ts'
import { anyInvoice } from './lookup.ts'
import { type WalletControl, walletControl } from './wallet-control.ts'

/** Every method takes and gives plain JSON, so that the same controls work over HTTP. Refusals are thrown as `LagoError`. */
export interface Control extends CreditNoteControl, WalletControl {
  createCustomer(input?: CustomerInput): WireCustomer
  createTax(input: TaxInput): { code: string }
  createAddOn(input: { code: string; name?: string; amount_cents: number }): { code: string }
  createInvoice(input?: InvoiceInput): WireInvoice
  /** Ids only: made for a hundred thousand. Customers are spread over `customers`. */
  createInvoices(input: InvoiceInput & { count: number; customers?: number }): string[]
  getInvoice(input: InvoiceRef): WireInvoice
  voidInvoice(input: InvoiceRef & VoidParams): WireInvoice
  /** A new invoice with the lines of a voided one. */
  regenerate(input: InvoiceRef): WireInvoice
  recordPaymentByOperator(
    input: InvoiceRef & { amount_cents: number; reference?: string; paid_at?: string },
  ): WirePayment
  setPaymentStatus(input: InvoiceRef & { payment_status: PaymentStatus }): WireInvoice
  pressRetryPayment(input: InvoiceRef): void
  loseDispute(input: InvoiceRef): WireInvoice
  finalizeDraft(input: InvoiceRef): WireInvoice
  deleteInvoice(input: InvoiceRef): WireInvoice
  /** The tax provider answered for a `pending` invoice: it is finalized and told as `invoice.created`. */
  finalizeAfterTaxes(input: InvoiceRef): WireInvoice
  /** Lago's hourly overdue job; the ids it marked. */
  markOverdueTick(): string[]
  addWebhookEndpoint(input: EndpointParams): WebhookEndpointObject
  setPremium(input: { premium: boolean }): void
  setVersion(input: { version: LagoVersion }): void
}

export function createControl(ctx: Context): Control {
  const show = (invoice: InvoiceRow) => invoiceObject(ctx, invoice, ALL_INCLUDES)
  const find = (input: InvoiceRef) => anyInvoice(ctx, input.invoice_id)
  return {
    ...creditNoteControl(ctx),
    ...walletControl(ctx),
    createCustomer: (input = {}) => customerObject(ctx, putCustomer(ctx, input)),
    createTax: input => ({ code: putTax(ctx, input).code }),
    createAddOn: ({ code, name = code, amount_cents }) => {
      ctx.state.addOns.set(code, { lago_id: ctx.uuid(), code, name, description: null, amount_cents })
      return { code }
    },
    createInvoice: (input = {}) => show(createInvoice(ctx, input)),
    createInvoices: ({ count, customers = 1, ...input }) =>
      Array.from({ length: count }, (_, index) => {
        const customer = input.customer ?? `cust_${(index % customers) + 1}`
        return createInvoice(ctx, { ...input, customer }).lago_id
      }),
    getInvoice: input => show(find(input)),
    voidInvoice: input => show(voidInvoice(ctx, find(input), input)),
    regenerate: input => show(regenerate(ctx, find(input))),
    recordPaymentByOperator: ({ reference = 'Bank transfer', ...input }) =>
      paymentObject(recordPayment(ctx, { ...input, reference })),
    setPaymentStatus: input =>
      show(updateInvoice(ctx, find(input), { payment_status: input.payment_status })),
    pressRetryPayment: input => retryPayment(ctx, find(input)),
    loseDispute: input => show(loseDispute(ctx, find(input))),
    finalizeDraft: input => show(finalizeInvoice(ctx, find(input))),
    deleteInvoice: input => show(deleteInvoice(ctx, find(input))),
    finalizeAfterTaxes: input => show(finalizeAfterTaxes(ctx, find(input))),
    markOverdueTick: () => markOverdue(ctx),
    addWebhookEndpoint: input => webhookEndpointObject(ctx, createEndpoint(ctx, input)),
    setPremium: ({ premium }) => {
      ctx.settings.premium = premium
    },
    setVersion: ({ version }) => {
      ctx.settings.version = version
    },
  }
}
