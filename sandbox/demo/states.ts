import { formatMoney, money } from '../../src/core/money.ts'
import type { Palette } from './screen.ts'
import type { Stage } from './stage.ts'

/** Where an invoice stands in each of the three systems. */
export type States = { lago: string; dodo: string; bridge: string; payable: string | null }

/** Asks all three, the bridge by its database. */
export async function readStates({ lago, dodo, sql }: Stage, invoiceId: string): Promise<States> {
  const invoice = lago.control.getInvoice({ invoice_id: invoiceId })
  const [payable] = await sql<{ state: string; say: string }[]>`
    select state, say from payables where key = ${`invoice:${invoiceId}`}`
  const mine = (metadata: unknown) =>
    typeof metadata === 'object' && metadata !== null && Object.values(metadata).includes(invoiceId)
  const sessions = dodo.state.sessions.all().filter(({ request }) => mine(request.metadata))
  const payments = dodo.state.payments.all().filter(({ payment }) => mine(payment.metadata))
  const refunds = dodo.state.refunds
    .all()
    .filter(({ refund }) => payments.some(({ payment }) => payment.payment_id === refund.payment_id))
  const notes = lago.state.invoices.get(invoiceId)?.credit_notes ?? []
  return {
    lago: [
      `invoice ${invoice.number} ${invoice.status}`,
      `payment ${invoice.payment_status}`,
      `paid ${amount(invoice.total_paid_amount_cents ?? 0, invoice.currency)}`,
      `due ${amount(invoice.total_due_amount_cents ?? 0, invoice.currency)}`,
      ...notes.map(
        note =>
          `credit note ${amount(note.total_amount_cents, invoice.currency)} refund ${note.refund_status}`,
      ),
    ].join(' · '),
    dodo:
      [
        ...sessions.map(({ id }) => `checkout ${id.slice(0, 10)}…`),
        ...payments.map(
          ({ payment }) => `payment ${payment.status} ${amount(payment.total_amount, payment.currency)}`,
        ),
        ...refunds.map(
          ({ refund }) => `refund ${refund.status} ${amount(refund.amount ?? 0, refund.currency ?? 'USD')}`,
        ),
      ].join(' · ') || 'nothing yet',
    bridge: payable ? `payable ${payable.state} · ${payable.say}` : 'nothing yet',
    payable: payable?.state ?? null,
  }
}

const amount = (cents: number, currency: string): string => formatMoney(money(BigInt(cents), currency))

/** Nothing that was heard still waits to be worked on, and nobody works on it. */
export async function isAtRest({ sql }: Pick<Stage, 'sql'>, invoiceId: string): Promise<boolean> {
  const key = `invoice:${invoiceId}`
  const [row] = await sql<{ busy: boolean }[]>`
    select exists (select from deliveries where payable_key = ${key} and outcome = 'stored')
        or exists (select from payables where key = ${key} and (lease_until is not null or due_at <= now())) as busy`
  return row?.busy === false
}

/** A line for each system; what is as it was `before` is dimmed. */
export const stateLines = (now: States, before: States | null, paint: Palette): string[] =>
  (
    [
      ['Lago', 'lago'],
      ['Dodo', 'dodo'],
      ['bridge', 'bridge'],
    ] as const
  ).map(([name, key]) => {
    const text = now[key] === before?.[key] ? paint.dim(now[key]) : now[key]
    return `     ${paint.dim('│')} ${paint.bold(name.padEnd(7))}${text}`
  })
