/** A string that is known to be one kind of identifier. Opaque: never parsed, never built by hand. */
type Branded<Name extends string> = string & { readonly __id: Name }

export type LagoInvoiceId = Branded<'LagoInvoiceId'>
export type LagoCreditNoteId = Branded<'LagoCreditNoteId'>
export type DodoPaymentId = Branded<'DodoPaymentId'>
export type DodoSessionId = Branded<'DodoSessionId'>
export type DodoRefundId = Branded<'DodoRefundId'>
export type DodoDisputeId = Branded<'DodoDisputeId'>
export type TopupId = Branded<'TopupId'>

/** `invoice:<lago id>`, `topup:<topup id>` or `stray:<dodo payment id>`: the key of one row of the work list. */
export type PayableKey = Branded<'PayableKey'>

export type PayableKind = 'invoice' | 'topup' | 'stray'

export const payableKey = {
  invoice: (id: LagoInvoiceId) => `invoice:${id}` as PayableKey,
  topup: (id: TopupId) => `topup:${id}` as PayableKey,
  stray: (id: DodoPaymentId) => `stray:${id}` as PayableKey,
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A Lago invoice id is a UUID; anything else in a payment's metadata was not written by us. */
export const asLagoInvoiceId = (value: unknown): LagoInvoiceId | null =>
  typeof value === 'string' && UUID.test(value) ? (value.toLowerCase() as LagoInvoiceId) : null
