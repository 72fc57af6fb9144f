import { expect, test } from 'bun:test'
import type { InvoiceFact } from '../../src/core/facts.ts'
import type { LagoInvoiceId } from '../../src/core/ids.ts'
import { createLagoClient, type Lago } from '../../src/lago/client.ts'
import { createLagoWallets, type LagoWallets } from '../../src/lago/wallets.ts'
import { NOW } from '../core/plan/facts.ts'

type Asked = { lago: Lago; wallets: LagoWallets }

const answering = (answer: () => Response): Asked => {
  const options = { apiUrl: 'http://lago.test/api/v1', apiKey: 'key', fetch: async () => answer() }
  return { lago: createLagoClient(options), wallets: createLagoWallets(options) }
}

const ID = '22222222-2222-4222-8222-222222222222' as LagoInvoiceId
const invoice = { id: ID, number: 'ACM-1', customer: { externalId: 'cust_1' } } as InvoiceFact
const drained = async (pages: AsyncIterable<unknown>) => {
  const all: unknown[] = []
  for await (const page of pages) all.push(page)
  return all
}

const LISTS: [string, (asked: Asked) => Promise<unknown>, object][] = [
  ['payments', ({ lago }) => lago.listPayments(ID), { payments: [] }],
  ['credit notes', ({ lago }) => lago.listCreditNotes(invoice), { credit_notes: [] }],
  ['wallets', ({ wallets }) => wallets.walletsOf('cust_1'), { wallets: [] }],
  ['wallet transactions', ({ wallets }) => drained(wallets.transactionsOf('w')), { wallet_transactions: [] }],
  [
    'unpaid invoices',
    ({ lago }) => drained(lago.unpaidInvoices({ paymentStatus: 'pending', issuedFrom: NOW }, () => NOW)),
    { invoices: [] },
  ],
  ['voided invoices', ({ lago }) => drained(lago.voidedInvoices(NOW, () => NOW)), { invoices: [] }],
  ['notes to refund', ({ lago }) => drained(lago.pendingRefundNotes(NOW)), { credit_notes: [] }],
]

const ASKED: [string, (asked: Asked) => Promise<unknown>][] = [
  ...LISTS.map(([what, ask]): (typeof ASKED)[number] => [`its ${what}`, ask]),
  ['an invoice', ({ lago }) => lago.getInvoice(ID, NOW)],
  ['an invoice with its fees', ({ lago }) => lago.getInvoiceWithFees(ID)],
  ['what a wallet holds', ({ lago }) => lago.walletBalance('t')],
  ['a wallet transaction', ({ wallets }) => wallets.transaction('t')],
  ['the invoice of a wallet transaction', ({ wallets }) => wallets.creditInvoiceOf('cust_1', 't')],
  ['a customer', ({ wallets }) => wallets.hasCustomer('cust_1')],
]

test.each(ASKED)('a gateway that answers in place of Lago has not told %s', async (_, ask) => {
  for (const page of [
    () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
    () => new Response(''),
    () => Response.json({ message: 'ok' }),
    () => Response.json(null),
  ])
    await expect(ask(answering(page))).rejects.toMatchObject({ failure: 'unknown', system: 'lago' })
})

test.each(LISTS)('a list of %s with nothing in it is empty', async (_, ask, none) => {
  expect(await ask(answering(() => Response.json(none)))).toEqual([])
})
