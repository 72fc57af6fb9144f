import { Client } from 'lago-javascript-client'
import { z } from 'zod'
import { asCallError, CallError, isRefusal } from '../calls/call-error.ts'
import type { Fetch } from '../calls/guarded-fetch.ts'
import type { InvoiceFact, MetadataEntry } from '../core/facts.ts'
import type { LagoInvoiceId } from '../core/ids.ts'
import { toInvoiceFact } from './invoice.ts'

/** A payment that Lago has on record for an invoice. `reference` is the Dodo payment id if we recorded it. */
export type LagoPayment = { id: string; reference: string | null; amount: bigint }

/** `null` metadata ids are new entries; entries that are not listed are deleted by Lago. */
export type MetadataWrite = { id: string | null; key: string; value: string }[]

/** What the bridge asks of Lago. Every method throws CallError, which tells whether it may have had an effect. */
export type Lago = ReturnType<typeof createLagoClient>

const paymentSchema = z.object({
  lago_id: z.string(),
  reference: z.string().nullish(),
  amount_cents: z.union([z.number(), z.string()]).transform(value => BigInt(value)),
})

const publicKeySchema = z.object({ webhook: z.object({ public_key: z.string() }) })

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

  return {
    /** The invoice as it is now, or null if Lago knows (or shows) no such one. */
    async getInvoice(id: LagoInvoiceId, at: Date): Promise<InvoiceFact | null> {
      try {
        return await understood(`GET /invoices/${id}`, async () =>
          toInvoiceFact((await api.invoices.findInvoice(id)).data.invoice, at),
        )
      } catch (error) {
        if (isRefusal(error, 404)) return null
        throw error
      }
    },

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
          const { data } = await understood('GET /payments', () =>
            api.payments.findAllPayments({ invoice_id: invoiceId, page, per_page: 100 }),
          )
          payments.push(...data.payments.map(toPayment))
          if (data.payments.length < 100) return payments
        }
      } catch (error) {
        if (isRefusal(error, 404) || isRefusal(error, 403)) return null
        throw error
      }
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

/** An answer of another shape than documented leaves the outcome unknown: the call itself was accepted. */
async function understood<T>(call: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw (
      asCallError(error) ??
      new CallError(
        'unknown',
        'lago',
        call,
        200,
        null,
        `an answer of another shape: ${String(error).slice(0, 300)}`,
      )
    )
  }
}

export const keepAll = (metadata: readonly MetadataEntry[]): MetadataWrite =>
  metadata.map(entry => ({ ...entry }))
