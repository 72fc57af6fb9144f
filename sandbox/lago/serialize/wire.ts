import type {
  CreditNoteObject,
  Currency,
  CustomerObject,
  FeeObject,
  InvoiceObjectExtended,
  PaymentObject,
  PaymentRequestObject,
  WalletObject,
  WalletTransactionObject,
} from 'lago-javascript-client'

// The official client's types, corrected where Lago really answers null or a field they do not know.
type Nullable<T, K extends keyof T> = Omit<T, K> & { [P in K]: T[P] | null }

export type Country = NonNullable<CustomerObject['country']>

export type WireCustomer = Omit<
  CustomerObject,
  'customer_type' | 'billing_configuration' | 'country' | 'currency' | 'shipping_address' | 'timezone'
> & {
  customer_type: CustomerObject['customer_type'] | null
  country: Country | null
  currency: Currency | null
  timezone: string | null
  shipping_address: Record<keyof NonNullable<CustomerObject['shipping_address']>, string | null>
  billing_configuration: {
    invoice_grace_period: number | null
    payment_provider: string | null
    payment_provider_code: string | null
    document_locale: string | null
    subscription_invoice_issuing_date_anchor: string | null
    subscription_invoice_issuing_date_adjustment: string | null
    provider_customer_id?: string
  }
}

export type WireFee = FeeObject

/** `billing_entity_code` and the totals are absent before the release that brought them. */
export type WireInvoice = Omit<
  InvoiceObjectExtended,
  'sequential_id' | 'customer' | 'billing_entity_code' | 'subscriptions'
> & {
  billing_entity_code?: string
  sequential_id: number | null
  customer?: WireCustomer
  subscriptions?: unknown[]
}

export type WireCreditNote = Omit<
  CreditNoteObject,
  'refund_status' | 'customer' | 'offset_amount_cents' | 'billing_entity_code'
> & {
  billing_entity_code?: string
  refund_status: 'pending' | 'succeeded' | 'failed' | null
  offset_amount_cents?: number
  customer?: WireCustomer
}

export type WirePayment = Nullable<
  Omit<PaymentObject, 'payment_provider_type'>,
  'payment_provider_code' | 'provider_customer_id' | 'next_action'
> & { payment_provider_type: string | null }

export type WirePaymentRequest = Omit<PaymentRequestObject, 'customer' | 'invoices' | 'email'> & {
  email: string | null
  customer: WireCustomer
  invoices: WireInvoice[]
}

export type WireWallet = Omit<WalletObject, 'metadata'> & { metadata: Record<string, string> | null }

/** The two ids are absent before 1.35. */
export type WireWalletTransaction = Omit<
  WalletTransactionObject,
  'lago_invoice_id' | 'lago_credit_note_id' | 'lago_voided_invoice_id'
> & {
  lago_invoice_id?: string | null
  lago_credit_note_id?: string | null
  lago_voided_invoice_id?: string | null
  billing_entity_code?: string
  wallet?: WireWallet
}

/** The sandbox takes any three letters; the client lists the currencies it knows. */
export const asCurrency = (code: string): Currency => code as Currency
