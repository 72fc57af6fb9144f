import { Client } from 'lago-javascript-client'
import { z } from 'zod'
import { isRefusal } from '../calls/call-error.ts'
import type { Fetch } from '../calls/guarded-fetch.ts'
import { orNull, understoodFrom } from '../calls/understood.ts'
import type { InvoiceFact, MetadataEntry } from '../core/facts.ts'
import type { LagoCreditNoteId, LagoInvoiceId } from '../core/ids.ts'
import { sentInvoice, toInvoiceFact } from './invoice.ts'

/** A payment that Lago has on record for an invoice. `reference` is the Dodo payment id if we recorded it. */
export type LagoPayment = { id: string; reference: string | null; amount: bigint }

/** `null` metadata ids are new entries; entries that are not listed are deleted by Lago. */
export type MetadataWrite = { id: string | null; key: string; value: string }[]

/** What the bridge asks of Lago. Every method throws CallError, which tells whether it may have had an effect. */
export type Lago = ReturnType<typeof createLagoClient>

const PAGE = 100

export const understood = understoodFrom('lago')

/** `createdAt` is null where Lago does not send it. */
export type ListedInvoice = { invoice: InvoiceFact; createdAt: Date | null }

const listedNoteSchema = z
  .object({
    lago_id: z.string(),
    lago_invoice_id: z.string(),
    number: z.string().nullish(),
    refund_status: z.string().nullish(),
    refund_amount_cents: z.union([z.number(), z.string()]).transform(value => BigInt(value)),
    currency: z.string().nullish(),
  })
  .transform(note => ({
    id: note.lago_id,
    invoiceId: note.lago_invoice_id,
    number: note.number ?? note.lago_id,
    refundStatus: note.refund_status ?? null,
    refundAmount: note.refund_amount_cents,
    currency: (note.currency ?? '').toUpperCase(),
  }))

/** Amounts in Lago's minor unit. */
export type ListedCreditNote = z.infer<typeof listedNoteSchema>

const createdSchema = z.object({ created_at: z.string().nullish() })

function toListedInvoice(json: unknown, at: Date): ListedInvoice {
  const created = createdSchema.parse(json).created_at
  return { invoice: toInvoiceFact(json, at), createdAt: created ? new Date(created) : null }
}

const paymentSchema = z.object({
  lago_id: z.string(),
  reference: z.string().nullish(),
  amount_cents: z.union([z.number(), z.string()]).transform(value => BigInt(value)),
})

const publicKeySchema = z.object({ webhook: z.object({ public_key: z.string() }) })

const creditNoteSchema = z.looseObject({
  lago_id: z.string(),
  lago_invoice_id: z.string().nullish(),
  number: z.string().nullish(),
  refund_amount_cents: z.union([z.number(), z.string()]).nullish(),
  refund_status: z.string().nullish(),
  description: z.string().nullish(),
  // Since v1.37.
  metadata: z.record(z.string(), z.unknown()).nullish(),
  created_at: z.string().nullish(),
})

export type LagoCreditNote = z.infer<typeof creditNoteSchema>

export type CreditNoteInput = {
  invoice_id: LagoInvoiceId
  reason: string
  description: string
  refund_amount_cents: number
  items: { fee_id: string; amount_cents: number }[]
  metadata: Record<string, string>
}

const walletTransactionSchema = z.object({ wallet_transaction: z.object({ lago_wallet_id: z.string() }) })
const walletSchema = z.object({
  balance_cents: z.union([z.number(), z.string()]).transform(value => BigInt(value)),
})

/** Source of routes and answers: Lago API reference; the calls go through the official client. */
export function createLagoClient(options: { apiUrl: string; apiKey: string; fetch: Fetch }) {
  const api = Client(options.apiKey, { baseUrl: options.apiUrl, customFetch: options.fetch as typeof fetch })

  const updateInvoice = (
    id: LagoInvoiceId,
    input: { payment_status?: 'succeeded' | 'failed'; metadata?: MetadataWrite },
    at: Date,
  ) =>
    understood(`PUT /invoices/${id}`, async () => {
      const metadata = input.metadata?.map(({ id: entryId, key, value }) => ({
        ...(entryId ? { id: entryId } : {}),
        key,
        value,
      }))
      const { data } = await api.invoices.updateInvoice(id, {
        invoice: {
          ...(input.payment_status ? { payment_status: input.payment_status } : {}),
          ...(metadata ? { metadata } : {}),
        },
      })
      return toInvoiceFact(data.invoice, at)
    })

  /**
   * The single forms of the filters: the oldest Lago ignores the lists. A page that cannot be read throws: nothing is
   * passed over. Pages end with an empty one, since Lago's count is old.
   */
  async function* invoicePages(
    filter: { status: string; payment_status?: string },
    issuedFrom: Date,
    now: () => Date,
  ): AsyncGenerator<ListedInvoice[]> {
    for (let page = 1; ; page++) {
      const found = await understood('GET /invoices', async () => {
        const { data } = await api.invoices.findAllInvoices({
          ...(filter as object),
          issuing_date_from: issuedFrom.toISOString().slice(0, 10),
          page,
          per_page: PAGE,
        })
        return data.invoices.map(json => toListedInvoice(json, now()))
      })
      if (found.length === 0) return
      yield found
    }
  }

  return {
    /** The invoice as it is now, or null if Lago knows (or shows) no such one. */
    getInvoice: (id: LagoInvoiceId, at: Date): Promise<InvoiceFact | null> =>
      orNull(
        understood(`GET /invoices/${id}`, async () =>
          toInvoiceFact((await api.invoices.findInvoice(id)).data.invoice, at),
        ),
      ),

    /** Replaces the invoice's metadata by `metadata`. */
    setMetadata: (id: LagoInvoiceId, metadata: MetadataWrite, at: Date): Promise<InvoiceFact> =>
      updateInvoice(id, { metadata }, at),

    /** Leaves the due amount as it was; Lago accepts any change, so the caller guards against un-paying. */
    setPaymentStatus: (
      id: LagoInvoiceId,
      status: 'succeeded' | 'failed',
      at: Date,
      metadata?: MetadataWrite,
    ): Promise<InvoiceFact> =>
      updateInvoice(id, { payment_status: status, ...(metadata ? { metadata } : {}) }, at),

    /** Needs a Lago licence: refused with 403 `feature_unavailable` without. `reference` has at most 40 characters. */
    recordPayment: (input: {
      invoiceId: LagoInvoiceId
      amount: bigint
      reference: string
      paidAt: Date
    }): Promise<LagoPayment> =>
      understood('POST /payments', async () => {
        const { data } = await api.payments.createPayment({
          payment: {
            invoice_id: input.invoiceId,
            amount_cents: Number(input.amount),
            reference: input.reference,
            paid_at: input.paidAt.toISOString(),
          },
        })
        return toPayment(data.payment)
      }),

    /** Every payment that Lago has for the invoice; null where Lago is too old to have such a list. */
    async listPayments(invoiceId: LagoInvoiceId): Promise<LagoPayment[] | null> {
      try {
        const payments: LagoPayment[] = []
        for (let page = 1; ; page++) {
          const found = await understood('GET /payments', async () => {
            const { data } = await api.payments.findAllPayments({
              invoice_id: invoiceId,
              page,
              per_page: PAGE,
            })
            return data.payments.map(toPayment)
          })
          payments.push(...found)
          if (found.length < PAGE) return payments
        }
      } catch (error) {
        if (isRefusal(error, 404) || isRefusal(error, 403)) return null
        throw error
      }
    },

    /** Page by page, every finalized invoice that Lago has as `pending` or `failed`, issued on or after a day. */
    unpaidInvoices: (
      query: { paymentStatus: 'pending' | 'failed'; issuedFrom: Date },
      now: () => Date,
    ): AsyncGenerator<ListedInvoice[]> =>
      invoicePages({ status: 'finalized', payment_status: query.paymentStatus }, query.issuedFrom, now),

    /** Page by page, every voided invoice that was issued on or after a day. */
    voidedInvoices: (issuedFrom: Date, now: () => Date): AsyncGenerator<ListedInvoice[]> =>
      invoicePages({ status: 'voided' }, issuedFrom, now),

    /** Page by page, every credit note that asks for a refund which nobody has made yet. */
    async *pendingRefundNotes(issuedFrom: Date): AsyncGenerator<ListedCreditNote[]> {
      for (let page = 1; ; page++) {
        const found = await understood('GET /credit_notes', async () => {
          const { data } = await api.creditNotes.findAllCreditNotes({
            refund_status: 'pending',
            issuing_date_from: issuedFrom.toISOString().slice(0, 10),
            page,
            per_page: PAGE,
          })
          return data.credit_notes.map(json => listedNoteSchema.parse(json))
        })
        if (found.length === 0) return
        yield found
      }
    },

    /** The invoice as Lago sends it, with its fees; null if Lago knows no such one. */
    getInvoiceWithFees: (id: LagoInvoiceId): Promise<unknown> =>
      orNull(
        understood(`GET /invoices/${id}`, async () =>
          sentInvoice.parse((await api.invoices.findInvoice(id)).data.invoice),
        ),
      ),

    /** Every finalized credit note of the invoice, as Lago sends them. Filtered here too: an old Lago ignores filters. */
    async listCreditNotes(
      invoice: Pick<InvoiceFact, 'id' | 'number' | 'customer'>,
    ): Promise<LagoCreditNote[]> {
      const notes: LagoCreditNote[] = []
      for (let page = 1; ; page++) {
        const query = {
          external_customer_id: invoice.customer.externalId,
          invoice_number: invoice.number,
          page,
          per_page: PAGE,
        }
        const found = await understood('GET /credit_notes', async () => {
          const { data } = await api.creditNotes.findAllCreditNotes(query)
          return z.array(creditNoteSchema).parse(data.credit_notes)
        })
        notes.push(...found.filter(note => note.lago_invoice_id === invoice.id))
        if (found.length < PAGE) return notes
      }
    },

    /** Needs a Lago licence: refused with 403 `feature_unavailable` without. */
    createCreditNote: (input: CreditNoteInput): Promise<LagoCreditNote> =>
      understood('POST /credit_notes', async () => {
        const { data } = await api.creditNotes.createCreditNote({ credit_note: input } as Parameters<
          typeof api.creditNotes.createCreditNote
        >[0])
        return creditNoteSchema.parse(data.credit_note)
      }),

    /** Sets the refund status; `metadata` is merged into what is there. Lago sends no webhook for it. */
    updateCreditNote: (
      id: LagoCreditNoteId,
      input: { refund_status: 'succeeded' | 'failed'; metadata?: Record<string, string> },
    ): Promise<LagoCreditNote> =>
      understood('PUT /credit_notes/:id', async () => {
        const { data } = await api.creditNotes.updateCreditNote(id, { credit_note: input })
        return creditNoteSchema.parse(data.credit_note)
      }),

    /** Marks the invoice's dispute as lost. Lago sends a webhook for every call. */
    loseDispute: (id: LagoInvoiceId, at: Date): Promise<InvoiceFact> =>
      understood('POST /invoices/:id/lose_dispute', async () =>
        toInvoiceFact((await api.invoices.loseDisputeInvoice(id)).data.invoice, at),
      ),

    /** What the wallet that a top-up filled still holds, in minor units; null if it cannot be told. */
    async walletBalance(walletTransactionId: string): Promise<bigint | null> {
      const walletId = await orNull(
        understood('GET /wallet_transactions/:id', async () => {
          const { data } = await api.walletTransactions.findWalletTransaction(walletTransactionId)
          return walletTransactionSchema.parse(data).wallet_transaction.lago_wallet_id
        }),
      )
      if (walletId === null) return null
      return orNull(
        understood(
          'GET /wallets/:id',
          async () => walletSchema.parse((await api.wallets.findWallet(walletId)).data.wallet).balance_cents,
        ),
      )
    },

    /** The RSA key (PEM) that Lago signs `jwt` webhooks with. */
    publicKey: (): Promise<string> =>
      understood('GET /webhooks/json_public_key', async () => {
        const { data } = await api.webhooks.fetchJsonPublicKey()
        return Buffer.from(
          publicKeySchema.parse(data).webhook.public_key.replace(/\s/g, ''),
          'base64',
        ).toString('utf8')
      }),
  }
}

const toPayment = (json: unknown): LagoPayment => {
  const payment = paymentSchema.parse(json)
  return { id: payment.lago_id, reference: payment.reference ?? null, amount: payment.amount_cents }
}

export const keepAll = (metadata: readonly MetadataEntry[]): MetadataWrite =>
  metadata.map(entry => ({ ...entry }))
