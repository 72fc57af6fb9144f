import { asLagoInvoiceId, type LagoInvoiceId, type PayableKey, payableKey } from '../core/ids.ts'
import { formatMoney, money } from '../core/money.ts'
import type { TaxMode } from '../core/policy.ts'
import type { Sql } from '../db/connection.ts'
import { knownDisputes, knownRefunds, unansweredNotes } from '../db/queries/known-aftermath.ts'
import { knownPayables, unpaidInvoices } from '../db/queries/known-payables.ts'
import { knownPayments } from '../db/queries/known-payments.ts'
import { unfinishedCalls, unreadSessions } from '../db/queries/unfinished.ts'
import type { Dodo } from '../dodo/client.ts'
import type { Lago, ListedInvoice } from '../lago/client.ts'
import { compareDispute, compareRefund } from './compare-aftermath.ts'
import { unfinishedCall, unreadSession } from './compare-here.ts'
import { compareInvoice, goneInvoice } from './compare-invoices.ts'
import { comparePayment } from './compare-payments.ts'
import type { Difference } from './difference.ts'
import type { Owners } from './owners.ts'

export type SearchContext = {
  sql: Sql
  lago: Lago
  dodo: Dodo
  taxMode: TaxMode
  owners: Owners
  now(): Date
}

/**
 * `since`: how far back to look. `only`: a single payable. `mostReads`: how many invoices that are open here and were
 * not in Lago's list may be read one by one; which ones is chance, so that in time all are.
 */
export type Scope = { since: Date; adoptFrom: Date; only: PayableKey | null; mostReads: number }

/** How many payables are read from the database in one go. */
const AT_ONCE = 100

/** What is due before this will come right by itself. */
const SOON_MS = 60_000

type Search = (context: SearchContext, scope: Scope) => AsyncGenerator<Difference[]>

/** Every place that is searched, by name. Each reads and compares, and changes nothing. */
export const SEARCHES = {
  'lago-invoices': searchInvoices,
  'dodo-payments': searchPayments,
  'dodo-refunds': searchRefunds,
  'dodo-disputes': searchDisputes,
  'lago-credit-notes': searchCreditNotes,
  here: searchHere,
} as const satisfies Record<string, Search>

export type SearchName = keyof typeof SEARCHES

async function* searchInvoices(context: SearchContext, scope: Scope): AsyncGenerator<Difference[]> {
  const { sql, lago, now } = context
  const compare = async (listed: ListedInvoice[]) => {
    const known = await knownPayables(
      sql,
      listed.map(({ invoice }) => payableKey.invoice(invoice.id)),
    )
    return listed.flatMap(
      l => compareInvoice(l, known.get(payableKey.invoice(l.invoice.id)), scope.adoptFrom) ?? [],
    )
  }
  if (scope.only) {
    const id = invoiceIdOf(scope.only)
    const invoice = id ? await lago.getInvoice(id, now()) : null
    const known = (await knownPayables(sql, [scope.only])).get(scope.only)
    if (invoice) yield await compare([{ invoice, createdAt: null }])
    else if (known?.snapshot && !known.reasons.includes('invoice_not_found')) yield [goneInvoice(known)]
    return
  }
  const seen = new Set<PayableKey>()
  for (const paymentStatus of ['pending', 'failed'] as const)
    for await (const page of lago.unpaidInvoices({ paymentStatus, issuedFrom: scope.since }, now)) {
      for (const { invoice } of page) seen.add(payableKey.invoice(invoice.id))
      yield await compare(page)
    }
  // Voided after it was paid: open on neither side, and a person has to hear of it.
  for await (const page of lago.voidedInvoices(scope.since, now)) {
    for (const { invoice } of page) seen.add(payableKey.invoice(invoice.id))
    yield (await compare(page)).filter(({ kind }) => kind === 'invoice_settled')
  }
  // Unpaid here, and not among what Lago has unpaid: settled there, or gone.
  const unseen = (await unpaidInvoices(sql, scope.since))
    .filter(key => !seen.has(key))
    .slice(0, scope.mostReads)
  for (let at = 0; at < unseen.length; at += AT_ONCE)
    for (const known of (await knownPayables(sql, unseen.slice(at, at + AT_ONCE))).values()) {
      const id = invoiceIdOf(known.key)
      if (!id) continue
      const invoice = await lago.getInvoice(id, now())
      const difference = invoice
        ? compareInvoice({ invoice, createdAt: null }, known, scope.adoptFrom)
        : goneInvoice(known)
      if (difference) yield [difference]
    }
}

async function* searchPayments(context: SearchContext, scope: Scope): AsyncGenerator<Difference[]> {
  for await (const page of context.dodo.paymentsSince(scope.since)) {
    const known = await knownPayments(
      context.sql,
      page.map(p => p.id),
    )
    yield page
      .filter(p => !scope.only || (known.get(p.id)?.payableKey ?? p.claimedKey) === scope.only)
      .flatMap(p => comparePayment(p, known.get(p.id), context.taxMode) ?? [])
  }
}

async function* searchRefunds(context: SearchContext, scope: Scope): AsyncGenerator<Difference[]> {
  for await (const page of context.dodo.refundsSince(scope.since)) {
    const known = await knownRefunds(
      context.sql,
      page.map(r => r.id),
    )
    yield await owned(context, scope, page, (refund, owner) =>
      compareRefund(refund, known.get(refund.id), owner),
    )
  }
}

async function* searchDisputes(context: SearchContext, scope: Scope): AsyncGenerator<Difference[]> {
  for await (const page of context.dodo.disputesSince(scope.since)) {
    const known = await knownDisputes(
      context.sql,
      page.map(d => d.id),
    )
    yield await owned(context, scope, page, (dispute, owner) =>
      compareDispute(dispute, known.get(dispute.id), owner),
    )
  }
}

const invoiceIdOf = (key: PayableKey): LagoInvoiceId | null =>
  key.startsWith('invoice:') ? asLagoInvoiceId(key.slice('invoice:'.length)) : null

type OfPayment = { paymentId: Parameters<Owners['of']>[0][number] }
type OwnerOf = NonNullable<Awaited<ReturnType<Owners['of']>> extends Map<unknown, infer O> ? O : never>

/** Compares what belongs to one of our payments, and passes over the rest. */
async function owned<T extends OfPayment>(
  { owners }: SearchContext,
  { only }: Scope,
  items: readonly T[],
  compare: (item: T, owner: OwnerOf) => Difference | null,
): Promise<Difference[]> {
  const found = await owners.of(items.map(item => item.paymentId))
  return items.flatMap(item => {
    const owner = found.get(item.paymentId)
    if (!owner || (only && (owner.key ?? `invoice:${owner.invoice}`) !== only)) return []
    return compare(item, owner) ?? []
  })
}

async function* searchCreditNotes({ sql, lago }: SearchContext, scope: Scope): AsyncGenerator<Difference[]> {
  for await (const page of lago.pendingRefundNotes(scope.since)) {
    const asking = page.flatMap(note => {
      const id = asLagoInvoiceId(note.invoiceId)
      const key = id ? payableKey.invoice(id) : null
      const wanted = note.refundStatus === 'pending' && note.refundAmount > 0n
      return key && wanted && (!scope.only || scope.only === key) ? [{ ...note, key }] : []
    })
    const unanswered = await unansweredNotes(
      sql,
      asking.map(({ id, key }) => ({ id, key })),
    )
    const known = await knownPayables(
      sql,
      asking.map(({ key }) => key),
    )
    yield asking
      .filter(({ id }) => unanswered.has(id))
      .map(note => ({
        kind: 'credit_note_pending' as const,
        about: note.id,
        payable: note.key,
        invoice: known.get(note.key)?.number ?? note.invoiceId,
        lago: `${note.number} asks to refund ${formatMoney(money(note.refundAmount, note.currency))}`,
        dodo: '',
        here: 'not begun',
        wake: known.get(note.key)?.reasons.includes('stuck') ? null : note.key,
      }))
  }
}

async function* searchHere({ sql, now }: SearchContext, { only }: Scope): AsyncGenerator<Difference[]> {
  const at = now()
  const soon = new Date(at.getTime() + SOON_MS)
  yield [
    ...(await unreadSessions(sql, at, soon)).map(unreadSession),
    ...(await unfinishedCalls(sql, at, soon)).map(unfinishedCall),
  ].filter(d => !only || d.payable === only)
}
