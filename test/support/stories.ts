import { asLagoInvoiceId, payableKey } from '../../src/core/ids.ts'
import { eventually, type World } from './world.ts'

export type Row = {
  key: string
  state: string
  attention: { reason: string; about: string; detail: string }[]
  attempts: number
  lastError: string | null
  dueAt: Date | null
  leaseUntil: Date | null
}

export const keyOf = (invoiceId: string): string => {
  const id = asLagoInvoiceId(invoiceId)
  if (!id) throw new Error(`${invoiceId} is no invoice id`)
  return payableKey.invoice(id)
}

/** The payable of an invoice as the database has it. */
export async function payableOf(world: World, invoiceId: string): Promise<Row | undefined> {
  const [row] = await world.bridge.sql<Row[]>`
    select key, state, attention, attempts, last_error as "lastError", due_at as "dueAt", lease_until as "leaseUntil"
    from payables where key = ${keyOf(invoiceId)}`
  return row
}

/** The checkouts opened for an invoice, in order. */
export const sessionsOf = (world: World, invoiceId: string) =>
  world.bridge.sql<{ id: string; attempt: number; amount: number; cause: string }[]>`
    select id, attempt, amount, cause from sessions where payable_key = ${keyOf(invoiceId)} order by attempt`

export const paymentsOf = (world: World, invoiceId: string) =>
  world.bridge.sql<
    { id: string; status: string; amount: number; recorded: number; via: string | null; refunded: number }[]
  >`
    select t.id, t.status, t.amount, t.recorded_amount as recorded, t.recorded_via as via,
      (select coalesce(sum(r.amount), 0)::bigint from refunds r where r.payment_id = t.id and r.status = 'succeeded') as refunded
    from payments t where t.payable_key = ${keyOf(invoiceId)} order by t.created_at, t.id`

/** Waits until an invoice is as it should be and nothing more is about to happen to it. */
export const until = (world: World, invoiceId: string, holds: (row: Row) => boolean, ms = 10_000) =>
  eventually(
    () => payableOf(world, invoiceId),
    row => row !== undefined && holds(row) && isAtRest(row),
    ms,
  ) as Promise<Row>

export const isAtRest = (row: Row): boolean =>
  (row.dueAt === null || row.dueAt.getTime() > Date.now() + 100) &&
  (row.leaseUntil === null || row.leaseUntil.getTime() < Date.now())

/** Waits for the checkout number `attempt` of an invoice; returns its session. */
export async function checkout(world: World, invoiceId: string, attempt = 1) {
  const rows = await eventually(
    () => sessionsOf(world, invoiceId),
    found => found.length >= attempt,
  )
  await until(world, invoiceId, () => true)
  const session = rows[attempt - 1]
  if (!session) throw new Error('no such checkout')
  return session
}

/** Waits until no webhook is under way to the bridge, and no payable at all is due or worked on. */
export const quiet = (world: World, ms = 30_000) =>
  eventually(
    async () => {
      await idle(world)
      const before = sent(world)
      const [row] = await world.bridge.sql<{ busy: number }[]>`
        select count(*)::int as busy from payables where due_at <= now() or lease_until > now()`
      return { busy: row?.busy, sentMeanwhile: sent(world) - before }
    },
    ({ busy, sentMeanwhile }) => busy === 0 && sentMeanwhile === 0,
    ms,
  )

const idle = ({ lago, dodo }: World) => Promise.all([lago.deliveries.idle(), dodo.deliveries.idle()])

const sent = ({ lago, dodo }: World) =>
  [lago, dodo].reduce((sum, { deliveries: { totals } }) => sum + totals.events + totals.attempts, 0)

/** What Lago says of an invoice's money. */
export function inLago(world: World, invoiceId: string) {
  const invoice = world.lago.control.getInvoice({ invoice_id: invoiceId })
  return {
    status: invoice.status,
    paymentStatus: invoice.payment_status,
    paid: invoice.total_paid_amount_cents,
    due: invoice.total_due_amount_cents,
  }
}

/** Presses the pay link the way a customer does; returns where it leads, or the page's title. */
export async function pressLink(
  world: World,
  invoiceId: string,
): Promise<{ to: string | null; status: number; text: string }> {
  const [row] = await world.bridge.sql<{ token: string }[]>`
    select pay_token as token from payables where key = ${keyOf(invoiceId)}`
  const response = await fetch(`${world.bridge.url}/pay/${row?.token}`, { redirect: 'manual' })
  return { to: response.headers.get('location'), status: response.status, text: await response.text() }
}
