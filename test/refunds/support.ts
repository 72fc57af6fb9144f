import { expect } from 'bun:test'
import { eventually, startWorld, type World } from '../support/world.ts'

export type Paid = { world: World; invoiceId: string; paymentId: string }

/** A world in which one invoice is paid through Dodo and recorded in Lago. */
export async function paidInvoice(
  options: Parameters<typeof startWorld>[0] = {},
  input: Parameters<World['lago']['control']['createInvoice']>[0] = {
    fees: [1000, 500],
    coupons: [300],
    taxes: [20],
  },
): Promise<Paid> {
  const world = await startWorld(options)
  const invoice = world.lago.control.createInvoice(input)
  const paymentId = await pay(world, invoice.lago_id)
  return { world, invoiceId: invoice.lago_id, paymentId }
}

/** The customer opens the newest checkout of an invoice and pays. */
export async function pay(
  world: World,
  invoiceId: string,
  how: Parameters<World['dodo']['control']['pay']>[1] = {},
): Promise<string> {
  const { sql } = world.bridge
  const [session] = await eventually(
    () =>
      sql<
        { id: string }[]
      >`select id from sessions where payable_key = ${`invoice:${invoiceId}`} order by attempt desc`,
    rows => rows.length > 0,
  )
  const payment = await world.dodo.control.pay(session?.id ?? '', how)
  if (payment.status === 'succeeded') await stateBecomes(world, invoiceId, 'paid')
  return payment.payment_id
}

export async function payableOf(world: World, invoiceId: string) {
  const [row] = await world.bridge.sql<
    {
      state: string
      attention: { reason: string; about: string; detail: string }[]
      lastError: string | null
      atRest: boolean
    }[]
  >`select state, attention, last_error as "lastError", lease_until is null as "atRest"
    from payables where key = ${`invoice:${invoiceId}`}`
  return row
}

export const stateBecomes = (world: World, invoiceId: string, state: string) =>
  eventually(
    () => payableOf(world, invoiceId),
    row => row?.state === state && row.atRest,
  )

export const parkedFor = (world: World, invoiceId: string, reason: string) =>
  eventually(
    () => payableOf(world, invoiceId),
    row => row?.attention.some(a => a.reason === reason) === true,
  )

/** The finalized credit notes of an invoice, as Lago tells them. */
export async function notesOf(world: World, invoiceId: string) {
  const { number, customer } = world.lago.control.getInvoice({ invoice_id: invoiceId })
  const response = await world.lago.fetch(
    new Request(
      `http://lago.test/api/v1/credit_notes?invoice_number=${number}&external_customer_id=${customer?.external_id}`,
      {
        headers: { authorization: `Bearer ${world.lago.apiKey}` },
      },
    ),
  )
  const { credit_notes } = (await response.json()) as {
    credit_notes: {
      lago_id: string
      refund_amount_cents: number
      refund_status: string
      metadata?: Record<string, string>
    }[]
  }
  return credit_notes
}

/** The succeeded refunds of a payment, as Dodo tells them. */
export async function refundsOf(world: World, paymentId: string) {
  const response = await world.dodo.fetch(
    new Request(`http://dodo.test/payments/${paymentId}`, {
      headers: { authorization: `Bearer ${world.dodo.apiKey}` },
    }),
  )
  const { refunds } = (await response.json()) as {
    refunds: { refund_id: string; amount: number; status: string }[]
  }
  return refunds.filter(refund => refund.status === 'succeeded')
}

/** Dodo's refunds, Lago's credit notes and our ledger say the same, to the cent. Returns the common sum. */
export async function booksAgree({ world, invoiceId, paymentId }: Paid): Promise<number> {
  const sum = (amounts: number[]) => amounts.reduce((a, b) => a + b, 0)
  const dodo = sum((await refundsOf(world, paymentId)).map(r => r.amount))
  const lago = sum(
    (await notesOf(world, invoiceId))
      .filter(n => n.refund_status === 'succeeded')
      .map(n => n.refund_amount_cents),
  )
  // The run that told Lago stores what it learned a moment later.
  const [row] = await eventually(
    () =>
      world.bridge.sql<{ total: number }[]>`
        select coalesce(sum(amount), 0)::bigint as total from refunds where payment_id = ${paymentId} and status = 'succeeded'`,
    rows => rows[0]?.total === dodo,
  )
  expect({ lago, ours: row?.total }).toEqual({ lago: dodo, ours: dodo })
  return dodo
}

export const notesBecome = (world: World, invoiceId: string, expected: [amount: number, status: string][]) =>
  eventually(
    () => notesOf(world, invoiceId),
    notes =>
      JSON.stringify(notes.map(n => [n.refund_amount_cents, n.refund_status]).sort()) ===
      JSON.stringify([...expected].sort()),
  )
