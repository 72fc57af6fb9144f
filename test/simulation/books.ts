import type { PaymentRow, RefundRow } from '../../sandbox/dodo/state.ts'
import type { CreditNoteRow } from '../../sandbox/lago/state/credit-note.ts'
import { dueOf, type InvoiceRow } from '../../sandbox/lago/state/invoice.ts'
import { readTopups, type TopupBook } from './topup-books.ts'
import type { World } from './world.ts'

type Attention = { reason: string; about: string; detail: string }

/** One row of the work list, as far as the oracle looks at it. */
export type Payable = {
  key: string
  state: string
  say: string
  attention: Attention[]
  snapshot: { status: string; paymentStatus: string; due: string; total: string } | null
  dueAt: Date | null
  leaseUntil: Date | null
  attempts: number
  lastError: string | null
}

export type Recorded = {
  id: string
  key: string
  status: string | null
  amount: number
  via: string | null
  recorded: number
}

/** Something owed, with the money that came for it. */
export type OwedBook = {
  /** For people. */
  name: string
  payable: Payable | undefined
  payments: PaymentBook[]
  /** Why a person has to look at a payment, refund, note or dispute. */
  parkedFor(about: string): string[]
}

/** An invoice of Lago's with everything that has to do with it on all three sides. Amounts in Lago's minor unit. */
export type InvoiceBook = OwedBook & {
  invoice: InvoiceRow
  due: number
  notes: CreditNoteRow[]
  /** How many of Dodo's minor units make one of Lago's. */
  unit: number
}

export type PaymentBook = {
  row: PaymentRow
  id: string
  /** What the customer paid, and what of it is not Dodo's own tax. */
  gross: number
  net: number
  /** By Lago's own books, under the payment's id. */
  inLago: number
  here: Recorded | undefined
  /** What of it was booked for the invoice, in Lago or, without a licence, here. */
  recorded: number
  refunds: { row: RefundRow; id: string; status: string; amount: number }[]
  /** What went back, or may yet. */
  back: number
}

/** What of these was booked here alone. */
export const keptHere = (payments: readonly PaymentBook[]): number =>
  payments.filter(p => p.inLago === 0).reduce((sum, p) => sum + p.recorded, 0)

export type Session = {
  id: string
  key: string
  amount: number
  currency: string
  createdAt: Date
  expiresAt: Date
}

export type Books = {
  world: World
  invoices: InvoiceBook[]
  topups: TopupBook[]
  /** All of them. */
  owed: OwedBook[]
  payables: Payable[]
  intents: { key: string; verb: string; state: string }[]
  unheard: { key: string | null; type: string }[]
  refundStatus: Map<string, string>
  disputeStatus: Map<string, string>
  sessions: Map<string, Session>
  /** How often each delivery is kept, by source and id. */
  kept: { id: string; times: number }[]
}

/** Reads all three sides at once. */
export async function readBooks(world: World): Promise<Books> {
  const { sql } = world
  const payables = await sql<Payable[]>`
    select key, state, say, attention, snapshot, due_at as "dueAt", lease_until as "leaseUntil", attempts,
      last_error as "lastError" from payables order by key`
  const payments = await sql<Recorded[]>`
    select id, payable_key as key, status, amount, recorded_via as via, recorded_amount as recorded from payments`
  const refunds = await sql<{ id: string; status: string }[]>`select id, status from refunds`
  const disputes = await sql<{ id: string; status: string }[]>`select id, status from disputes`
  const sessions = await sql<Session[]>`
    select id, payable_key as key, amount, currency, created_at as "createdAt", expires_at as "expiresAt"
    from sessions order by created_at, id`
  const byKey = new Map(payables.map(payable => [payable.key, payable]))
  const byPayment = new Map(payments.map(payment => [payment.id, payment]))
  const invoices = [...world.lago.state.invoices.values()]
    // Those that Lago writes for top-ups are not collected.
    .filter(invoice => !invoice.wallet_transaction)
    .map(invoice => invoiceBook(world, invoice, byKey.get(`invoice:${invoice.lago_id}`), byPayment))
  const topups = await readTopups(world, byKey, byPayment)
  return {
    world,
    invoices,
    topups,
    owed: [...invoices, ...topups],
    payables,
    intents:
      await sql`select payable_key as key, verb, state from intents where state = 'started' order by 1, 2`,
    unheard: await sql`select payable_key as key, type from deliveries where outcome = 'stored' order by id`,
    refundStatus: new Map(refunds.map(r => [r.id, r.status])),
    disputeStatus: new Map(disputes.map(d => [d.id, d.status])),
    kept: await sql`
      select source || ':' || event_id as id, count(*)::int as times from deliveries group by 1, body order by 1`,
    sessions: new Map(sessions.map(s => [s.id, s])),
  }
}

function invoiceBook(
  world: World,
  invoice: InvoiceRow,
  payable: Payable | undefined,
  here: ReadonlyMap<string, Recorded>,
): InvoiceBook {
  const unit = invoice.currency === 'HUF' ? 100 : 1
  const rows = world.dodo.state.payments
    .all()
    .filter(({ payment }) => payment.metadata?.['lago_invoice_id'] === invoice.lago_id)
  return {
    name: invoice.number,
    invoice,
    due: dueOf(invoice),
    payable,
    payments: rows.map(row => paymentBook(world, invoice, row, here.get(row.payment.payment_id))),
    notes: invoice.credit_notes.filter(note => note.status === 'finalized'),
    unit,
    parkedFor: reasonsOf(payable),
  }
}

export const reasonsOf = (payable: Payable | undefined) => (about: string) =>
  (payable?.attention ?? []).filter(a => a.about === about).map(a => a.reason)

/** `invoice`: null for a top-up. */
export function paymentBook(
  world: World,
  invoice: InvoiceRow | null,
  row: PaymentRow,
  here: Recorded | undefined,
): PaymentBook {
  const { payment } = row
  const unit = payment.currency === 'HUF' ? 100 : 1
  const exclusive = world.config.taxMode === 'exclusive'
  const gross = payment.total_amount / unit
  const refunds = world.dodo.state.refunds
    .all()
    .filter(({ refund }) => refund.payment_id === payment.payment_id)
    .map(refundRow => ({
      row: refundRow,
      id: refundRow.refund.refund_id,
      status: refundRow.refund.status,
      amount: (refundRow.refund.amount ?? 0) / unit,
    }))
  const inLago = (invoice?.payments ?? [])
    .filter(p => p.reference === payment.payment_id)
    .reduce((sum, p) => sum + p.amount_cents, 0)
  return {
    row,
    id: payment.payment_id,
    gross,
    net: exclusive ? gross - (payment.tax ?? 0) / unit : gross,
    inLago,
    here,
    recorded: here?.recorded ?? 0,
    refunds,
    back: exactly(refunds.filter(r => r.status !== 'failed').reduce((sum, r) => sum + r.amount, 0)),
  }
}

/** Dodo counts forints in hundredths: their sum has at most two decimals. */
const exactly = (amount: number): number => Math.round(amount * 100) / 100

export const captured = (payment: PaymentBook): boolean =>
  payment.row.payment.status === 'succeeded' && payment.gross > 0
