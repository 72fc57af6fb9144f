import { z } from 'zod'
import type { InvoiceFact } from '../core/facts.ts'
import type { LagoInvoiceId } from '../core/ids.ts'

const text = z
  .string()
  .nullish()
  .transform(value => value?.trim() || null)
const cents = z.union([z.number().int(), z.string().regex(/^-?\d+$/)]).transform(value => BigInt(value))

/**
 * What we read of an invoice, in any version of Lago: unknown fields, types and statuses pass.
 * Source: lago-api app/serializers/v1/invoice_serializer.rb and customer_serializer.rb.
 */
const invoiceSchema = z.object({
  lago_id: z.string(),
  number: z.string().nullish(),
  invoice_type: z.string().nullish(),
  status: z.string(),
  payment_status: z.string(),
  currency: z.string().nullish(),
  total_amount_cents: cents,
  // Since v1.22; before it nothing tells a part payment.
  total_due_amount_cents: cents.nullish(),
  // Since v1.41.
  total_paid_amount_cents: cents.nullish(),
  self_billed: z.boolean().nullish(),
  payment_dispute_lost_at: z.string().nullish(),
  metadata: z.array(z.object({ lago_id: z.string(), key: z.string(), value: z.coerce.string() })).nullish(),
  customer: z
    .object({
      external_id: z.string().nullish(),
      name: text,
      legal_name: text,
      firstname: text,
      lastname: text,
      email: text,
      country: text,
      city: text,
      state: text,
      address_line1: text,
      zipcode: text,
      billing_configuration: z.object({ payment_provider: z.string().nullish() }).nullish(),
      metadata: z.array(z.object({ key: z.string(), value: z.coerce.string() })).nullish(),
    })
    .nullish(),
})

type LagoInvoice = z.infer<typeof invoiceSchema>
type LagoCustomer = NonNullable<LagoInvoice['customer']>

/** Reads an invoice of Lago's. Amounts are in Lago's minor unit. Throws ZodError if it is not one. */
export function toInvoiceFact(json: unknown, readAt: Date): InvoiceFact {
  const invoice = invoiceSchema.parse(json)
  const walletTransactionId = creditItemOf(json)
  return {
    id: invoice.lago_id as LagoInvoiceId,
    number: invoice.number ?? invoice.lago_id,
    type: invoice.invoice_type ?? 'subscription',
    status: invoice.status,
    paymentStatus: invoice.payment_status,
    currency: (invoice.currency ?? '').toUpperCase(),
    total: invoice.total_amount_cents,
    due: invoice.total_due_amount_cents ?? (invoice.status === 'voided' ? 0n : invoice.total_amount_cents),
    paid: invoice.total_paid_amount_cents ?? null,
    selfBilled: invoice.self_billed ?? false,
    nativeProvider: invoice.customer?.billing_configuration?.payment_provider || null,
    disputeLost: Boolean(invoice.payment_dispute_lost_at),
    ...(walletTransactionId ? { walletTransactionId } : {}),
    customer: toCustomer(invoice.customer),
    metadata: (invoice.metadata ?? []).map(({ lago_id, key, value }) => ({ id: lago_id, key, value })),
    readAt,
  }
}

function toCustomer(c: LagoCustomer | null | undefined): InvoiceFact['customer'] {
  const person = [c?.firstname, c?.lastname].filter(Boolean).join(' ') || null
  const country = c?.country?.toUpperCase() ?? null
  return {
    externalId: c?.external_id ?? '',
    name: c?.legal_name ?? c?.name ?? person,
    email: firstEmail(c?.email ?? null),
    country: country && /^[A-Z]{2}$/.test(country) ? country : null,
    city: c?.city ?? null,
    state: c?.state ?? null,
    street: c?.address_line1 ?? null,
    zipcode: c?.zipcode ?? null,
    dodoCustomerId: c?.metadata?.find(entry => entry.key === 'dodo_customer_id')?.value ?? null,
  }
}

/** Lago accepts a comma-separated list. Source: lago-api app/validators/email_validator.rb. */
function firstEmail(list: string | null): string | null {
  const first = list?.split(/[,;]/)[0]?.trim()
  return first && /^[^\s@]+@[^\s@]+$/.test(first) ? first : null
}

/** An invoice whole, as Lago sent it: told from what is none. */
export const sentInvoice = z.looseObject({ lago_id: z.string() })

const creditInvoice = z.object({
  invoice_type: z.literal('credit'),
  fees: z.array(z.object({ item: z.object({ lago_item_id: z.string() }) })).min(1),
})

/** The wallet transaction that a top-up invoice pays for; null for every other invoice. */
export function creditItemOf(json: unknown): string | null {
  const parsed = creditInvoice.safeParse(json)
  return parsed.success ? (parsed.data.fees[0]?.item.lago_item_id ?? null) : null
}
