import type { InvoiceFact } from '../core/facts.ts'
import { payableKey } from '../core/ids.ts'
import { formatMoney, money } from '../core/money.ts'
import { notOurs } from '../core/plan/owed.ts'
import type { KnownPayable } from '../db/queries/known-payables.ts'
import type { ListedInvoice } from '../lago/client.ts'
import type { Difference, DifferenceKind } from './difference.ts'

/** Lago's clock is not ours, and it tells whole seconds. */
const CLOCKS_APART_MS = 10 * 60 * 1000

/** `adoptFrom`: an invoice that is older than this and was never told is left to whoever collected it before. */
export function compareInvoice(
  { invoice, createdAt }: ListedInvoice,
  known: KnownPayable | undefined,
  adoptFrom: Date,
): Difference | null {
  if (!known?.snapshot) {
    const ours = isOwed(invoice) && notOurs(invoice) === null
    const young = createdAt === null || createdAt.getTime() + CLOCKS_APART_MS >= adoptFrom.getTime()
    return ours && (young || known) ? differs('invoice_unknown', invoice, known) : null
  }
  const { status, paymentStatus, due, total } = known.snapshot
  if (invoice.status !== status || invoice.paymentStatus !== paymentStatus) {
    if (!isOwed(invoice)) return differs('invoice_settled', invoice, known)
    if (known.state === 'paid') return differs('invoice_reopened', invoice, known)
    return differs('invoice_status_differs', invoice, known)
  }
  if (invoice.due.toString() !== due || invoice.total.toString() !== total)
    return differs('invoice_amount_differs', invoice, known)
  const reopened = known.state === 'paid' && invoice.paymentStatus !== 'succeeded'
  return reopened && known.reasons.length === 0 ? differs('invoice_reopened', invoice, known) : null
}

/** An invoice that is open here and that Lago does not know any more. */
export const goneInvoice = (known: KnownPayable): Difference => ({
  ...blank(known),
  kind: 'invoice_gone',
  about: known.key.slice('invoice:'.length),
  payable: known.key,
  invoice: known.number ?? known.key,
  lago: 'no such invoice',
  wake: wakeOf(known),
})

const isOwed = (invoice: InvoiceFact): boolean =>
  invoice.status === 'finalized' && invoice.paymentStatus !== 'succeeded' && invoice.due > 0n

const wakeOf = (known: KnownPayable) => (known.reasons.includes('stuck') ? null : known.key)

const blank = (known: KnownPayable | undefined) => ({
  dodo: '',
  here: known ? `${known.state}${known.snapshot ? `, ${say(known.snapshot)}` : ', never read'}` : 'unknown',
})

const say = (s: { status: string; paymentStatus: string; due: string | bigint }) =>
  `${s.status}, ${s.paymentStatus}, due ${s.due}`

function differs(kind: DifferenceKind, invoice: InvoiceFact, known: KnownPayable | undefined): Difference {
  const key = payableKey.invoice(invoice.id)
  const due = formatMoney(money(invoice.due, invoice.currency))
  return {
    ...blank(known),
    kind,
    about: invoice.id,
    payable: key,
    invoice: invoice.number,
    lago: `${invoice.status}, ${invoice.paymentStatus}, due ${due}`,
    wake: known ? wakeOf(known) : key,
  }
}
