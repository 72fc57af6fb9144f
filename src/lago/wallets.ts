import { Client } from 'lago-javascript-client'
import { z } from 'zod'
import type { Fetch } from '../calls/guarded-fetch.ts'
import { orNull } from '../calls/understood.ts'
import { understood } from './client.ts'
import { creditItemOf, sentInvoice } from './invoice.ts'

const cents = z.union([z.number().int(), z.string().regex(/^-?\d+$/)]).transform(value => BigInt(value))
const decimal = z.union([z.string(), z.number()]).transform(String)
const moment = z
  .string()
  .nullish()
  .transform(value => (value ? new Date(value) : null))

const walletSchema = z
  .object({
    lago_id: z.string(),
    status: z.string(),
    currency: z.string(),
    code: z.string().nullish(),
    rate_amount: decimal,
    balance_cents: cents,
    created_at: moment,
  })
  .transform(w => ({
    id: w.lago_id,
    active: w.status === 'active',
    currency: w.currency.toUpperCase(),
    code: w.code ?? null,
    /** What one credit costs, in units of the currency. */
    rate: Number(w.rate_amount),
    balance: w.balance_cents,
    createdAt: w.created_at,
  }))

const transactionSchema = z
  .object({
    lago_id: z.string(),
    lago_wallet_id: z.string().nullish(),
    // Since v1.30; it stays null until a job has written the invoice.
    lago_invoice_id: z.string().nullish(),
    status: z.string(),
    transaction_status: z.string().nullish(),
    transaction_type: z.string(),
    amount: decimal,
    metadata: z.array(z.object({ key: z.string(), value: z.coerce.string() })).nullish(),
    name: z.string().nullish(),
    settled_at: moment,
    created_at: moment,
  })
  .transform(t => ({
    id: t.lago_id,
    walletId: t.lago_wallet_id ?? null,
    invoiceId: t.lago_invoice_id ?? null,
    /** Whether this Lago tells the invoice at all. */
    namesInvoice: t.lago_invoice_id !== undefined,
    status: t.status,
    /** `purchased`, `granted`, `voided` or `invoiced`. */
    source: t.transaction_status ?? '',
    inbound: t.transaction_type === 'inbound',
    /** In minor units of a currency with two decimals. */
    amount: toCents(t.amount),
    metadata: Object.fromEntries((t.metadata ?? []).map(({ key, value }) => [key, value])),
    name: t.name ?? '',
    settledAt: t.settled_at,
    createdAt: t.created_at,
  }))

const oneCustomer = z.object({ customer: z.object({ lago_id: z.string() }) })
const listedInvoice = z.object({ lago_id: z.string(), invoice_type: z.string().nullish() })
const oneTransaction = z.object({ wallet_transaction: transactionSchema })

export type LagoWallet = z.infer<typeof walletSchema>
export type LagoWalletTransaction = z.infer<typeof transactionSchema>
export type LagoWallets = ReturnType<typeof createLagoWallets>

const PAGE = 100

/** What a balance in Lago asks of it. Throws CallError. Source: Lago API reference, wallets and wallet transactions. */
export function createLagoWallets(options: { apiUrl: string; apiKey: string; fetch: Fetch }) {
  const api = Client(options.apiKey, { baseUrl: options.apiUrl, customFetch: options.fetch as typeof fetch })

  const write = (input: object): Promise<LagoWalletTransaction | null> =>
    understood('POST /wallet_transactions', async () => {
      const { data } = await api.walletTransactions.createWalletTransaction({
        wallet_transaction: input,
      } as Parameters<typeof api.walletTransactions.createWalletTransaction>[0])
      return z.array(transactionSchema).parse(data.wallet_transactions)[0] ?? null
    })

  return {
    hasCustomer: (externalId: string): Promise<boolean> =>
      orNull(
        understood('GET /customers/:id', async () =>
          oneCustomer.parse((await api.customers.findCustomer(encodeURIComponent(externalId))).data),
        ),
      ).then(found => found !== null),

    /** The customer's active wallets, oldest first; none if Lago does not know the customer. */
    async walletsOf(externalId: string): Promise<LagoWallet[]> {
      const found = await orNull(
        understood('GET /wallets', async () => {
          const query = { external_customer_id: externalId, per_page: PAGE }
          return z.array(walletSchema).parse((await api.wallets.findAllWallets(query)).data.wallets)
        }),
      )
      return (found ?? [])
        .filter(wallet => wallet.active)
        .sort(
          (a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0) || (a.id < b.id ? -1 : 1),
        )
    },

    /** One credit is one unit of the currency. Refused with 422 if the customer is unknown or has six wallets. */
    openWallet: (externalId: string, currency: string, code: string): Promise<LagoWallet> =>
      understood('POST /wallets', async () => {
        const { data } = await api.wallets.createWallet({
          wallet: { external_customer_id: externalId, rate_amount: '1.0', currency, name: 'Top-ups', code },
        } as Parameters<typeof api.wallets.createWallet>[0])
        return walletSchema.parse(data.wallet)
      }),

    /** Asks for credits that are to be paid; Lago writes an invoice for them a moment later. */
    mint: (input: { walletId: string; credits: string; name: string; metadata: Record<string, string> }) =>
      write({
        wallet_id: input.walletId,
        paid_credits: input.credits,
        name: input.name,
        metadata: pairs(input.metadata),
        // Gated, the invoice would stay invisible until it is paid, and could not be marked as paid.
        invoice_requires_successful_payment: false,
        ignore_paid_top_up_limits: true,
        // A payment provider that is linked to the customer must not charge what was paid already.
        payment_method: { payment_method_type: 'manual' },
      }),

    /** Refused with 422 `insufficient_credits` if the wallet holds less. */
    take: (input: { walletId: string; credits: string; name: string; metadata: Record<string, string> }) =>
      write({
        wallet_id: input.walletId,
        voided_credits: input.credits,
        name: input.name,
        metadata: pairs(input.metadata),
      }),

    /** Null if Lago knows no such transaction. */
    transaction: (id: string): Promise<LagoWalletTransaction | null> =>
      orNull(
        understood(
          'GET /wallet_transactions/:id',
          async () =>
            oneTransaction.parse((await api.walletTransactions.findWalletTransaction(id)).data)
              .wallet_transaction,
        ),
      ),

    /**
     * The invoice that a customer's wallet transaction is billed by, for a Lago that does not name it on the transaction.
     * Lists of invoices come without their fees, so each candidate is read. Null if there is none yet.
     */
    async creditInvoiceOf(externalId: string, transactionId: string): Promise<string | null> {
      const listed = await understood('GET /invoices', async () => {
        const { data } = await api.invoices.findAllInvoices({
          external_customer_id: externalId,
          per_page: PAGE,
        })
        return z.array(listedInvoice).parse(data.invoices)
      })
      for (const { lago_id: id } of listed.filter(invoice => invoice.invoice_type === 'credit')) {
        const invoice = await orNull(
          understood('GET /invoices/:id', async () =>
            sentInvoice.parse((await api.invoices.findInvoice(id)).data.invoice),
          ),
        )
        if (creditItemOf(invoice) === transactionId) return id
      }
      return null
    },

    /** The wallet's transactions, newest first. Filters of ours are applied by the caller: old versions ignore them. */
    async *transactionsOf(walletId: string): AsyncGenerator<LagoWalletTransaction> {
      for (let page = 1; ; page++) {
        const found = await understood('GET /wallets/:id/wallet_transactions', async () => {
          const { data } = await api.wallets.findAllWalletTransactions(walletId, { page, per_page: PAGE })
          return z.array(transactionSchema).parse(data.wallet_transactions)
        })
        yield* found
        if (found.length < PAGE) return
      }
    },
  }
}

/** Lago's limits for metadata. Source: lago-api app/services/wallet_transactions/validate_service.rb. */
const pairs = (metadata: Record<string, string>) =>
  Object.entries(metadata)
    .slice(0, 15)
    .map(([key, value]) => ({ key: key.slice(0, 20), value: value.slice(0, 100) }))

/** `50.0` is 5000. Throws on what is no whole number of cents. */
function toCents(amount: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{0,2})0*)?$/.exec(amount)
  if (!match) throw new Error(`${amount} is not a whole number of cents`)
  const cents = BigInt(`${match[2]}${(match[3] ?? '').padEnd(2, '0')}`)
  return match[1] ? -cents : cents
}

/** 5000 is `50.00`. */
export const toCredits = (cents: bigint): string =>
  `${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`
