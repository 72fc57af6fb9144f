import type { InvoiceInput } from '../../sandbox/lago/control/inputs.ts'
import type { ParkReason } from '../../src/core/park.ts'
import { eventually, type World } from '../support/world.ts'

export type PayableRow = {
  state: string
  say: string
  attention: { reason: ParkReason; about: string; detail: string }[]
  attempts: number
  last_error: string | null
  due_at: Date | null
  lease_until: Date | null
  kicks: number
  pay_token: string
}

export async function payableOf(world: World, invoiceId: string): Promise<PayableRow | undefined> {
  const [row] = await world.bridge.sql<PayableRow[]>`
    select state, say, attention, attempts, last_error, due_at, lease_until, kicks, pay_token
    from payables where key = ${`invoice:${invoiceId}`}`
  return row
}

export const sessionsOf = (world: World, invoiceId: string) =>
  world.bridge.sql<{ id: string; amount: number; currency: string; attempt: number }[]>`
    select id, amount, currency, attempt from sessions where payable_key = ${`invoice:${invoiceId}`} order by attempt`

export const intentsOf = (world: World, invoiceId: string) =>
  world.bridge.sql<
    { verb: string; key: string; state: string; attempts: number; result: Record<string, string> }[]
  >`
    select verb, key, state, attempts, result from intents where payable_key = ${`invoice:${invoiceId}`} order by started_at`

/** The invoice as Lago's own people see it. */
export const inLago = (world: World, invoiceId: string) =>
  world.lago.control.getInvoice({ invoice_id: invoiceId })

export const paymentsInLago = (world: World, invoiceId: string) =>
  [...world.lago.state.payments.values()].filter(payment => payment.invoice.lago_id === invoiceId)

/** Waits for the way to pay, and gives its id at Dodo. */
export async function checkout(world: World, invoiceId: string, attempt = 1): Promise<string> {
  const sessions = await eventually(
    () => sessionsOf(world, invoiceId),
    rows => rows.length >= attempt,
  )
  return sessions[attempt - 1]?.id ?? ''
}

/** Waits until a run has come to its end in this state, with nothing left to do now. */
export const reaches = (world: World, invoiceId: string, state: string, ms?: number) =>
  eventually(
    () => payableOf(world, invoiceId),
    row => row?.state === state && row.lease_until === null && !(row.due_at && row.due_at <= new Date()),
    ms,
  )

/** An invoice, made in Lago and announced. */
export const invoiceIn = (world: World, input?: InvoiceInput): string =>
  world.lago.control.createInvoice(input).lago_id

/** The whole way of one invoice: made, collected, paid, recorded. Gives its id. */
export async function carry(world: World, input?: InvoiceInput): Promise<string> {
  const id = invoiceIn(world, input)
  await world.dodo.control.pay(await checkout(world, id))
  await reaches(world, id, 'paid')
  return id
}

/** Every effect that the two sides saw, whatever was read between. */
export const effects = (world: World) => ({
  checkouts: world.dodo.faults.count('POST', '/checkouts'),
  refunds: world.dodo.faults.count('POST', '/refunds'),
  updates: world.lago.faults.count('PUT', '/api/v1/invoices/*'),
  payments: world.lago.faults.count('POST', '/api/v1/payments'),
})

/**
 * Nothing is due, nothing runs and no delivery is under way. The bridge's idea of now may be a moment ahead of the
 * database's: what is due then is not at rest either.
 */
export async function atRest(world: World): Promise<void> {
  await Promise.all([world.lago.deliveries.idle(), world.dodo.deliveries.idle()])
  await eventually(
    () =>
      world.bridge
        .sql`select key from payables where lease_until is not null or due_at <= clock_timestamp() + interval '50 ms'`,
    rows => rows.length === 0,
  )
}

export const checkoutsOf = (world: World, invoiceId: string) =>
  world.dodo.state.sessions
    .all()
    .filter(session => session.request.metadata?.['lago_invoice_id'] === invoiceId)

/** Waits until the invoice is parked, and gives the reasons. */
export async function parked(world: World, invoiceId: string): Promise<string[]> {
  const row = await eventually(
    () => payableOf(world, invoiceId),
    seen => (seen?.attention.length ?? 0) > 0 && seen?.lease_until === null,
  )
  return row?.attention.map(({ reason }) => reason) ?? []
}
