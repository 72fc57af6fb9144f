import type { Story } from './load.ts'
import type { Stack } from './stack/stack.ts'

/** What the promises say must not be: each a sentence about one thing. */
export type Findings = {
  lost: string[]
  doubled: string[] /** Acknowledged deliveries. */
  acknowledged: number
  /** Attempts of the senders that were not: how much of the cause they felt. */
  refused: number
}

type Attempt = { status: number | null }
type Delivery = { id: string; type: string; state: string; attempts: Attempt[] }
type LagoPayment = { lago_id: string; invoice_ids: string[]; amount_cents: number; reference: string }
type CreditNote = {
  lago_invoice_id: string
  refund_amount_cents: number
  refund_status: string | null
  metadata?: unknown
}
type Invoice = {
  lago_id: string
  status: string
  payment_status: string
  total_amount_cents: number
  total_paid_amount_cents: number
  metadata?: { key: string; value: string }[]
}
type Rows<T> = { count: number; rows: T[] }
type DodoState = {
  payments: Rows<{
    payment: { payment_id: string; status: string; total_amount: number; metadata: Record<string, string> }
  }>
  refunds: Rows<{ refund: { payment_id: string; amount: number; status: string } }>
  sessions: Rows<{ id: string; paymentId: string | null; request: { metadata?: Record<string, string> } }>
}

/** Everything that all sides have written down of a round. */
export type Books = {
  invoices: Map<string, Invoice>
  recorded: LagoPayment[]
  notes: CreditNote[]
  dodo: DodoState
  deliveries: Delivery[]
  /** Ids of the deliveries in the database. */
  kept: Set<string>
  /** Checkouts that the service knows, and so can lead a customer to. */
  known: { id: string; invoice: string }[]
}

export async function openBooks(
  { sandbox, postgres, name }: Stack,
  stories: Iterable<Story>,
): Promise<Books> {
  const invoices = new Map<string, Invoice>()
  for (const { id } of stories)
    invoices.set(id, await sandbox.lago<Invoice>('getInvoice', { invoice_id: id }))
  const [lago, dodo] = await Promise.all([
    sandbox.lago<{ deliveries: Delivery[] }>('deliveries'),
    sandbox.dodo<{ deliveries: Delivery[] }>('deliveries'),
  ])
  const database = await postgres.admin(
    async sql => ({
      kept: await sql<{ id: string }[]>`select event_id as id from deliveries`,
      known: await sql<{ id: string; key: string }[]>`select id, payable_key as key from sessions`,
    }),
    name,
  )
  return {
    invoices,
    recorded: await sandbox.lagoList<LagoPayment>('payments'),
    notes: await sandbox.lagoList<CreditNote>('credit_notes'),
    dodo: await sandbox.dodo<DodoState>('state?limit=100000'),
    deliveries: [...lago.deliveries, ...dodo.deliveries],
    kept: new Set(database.kept.map(({ id }) => id)),
    known: database.known.map(({ id, key }) => ({ id, invoice: key.replace('invoice:', '') })),
  }
}

export function audit(books: Books, stories: Iterable<Story>): Findings {
  const lost: string[] = []
  const doubled: string[] = []
  const acknowledged = books.deliveries.filter(({ attempts }) =>
    attempts.some(({ status }) => status === 200),
  )
  for (const { id, type } of acknowledged)
    if (!books.kept.has(id)) lost.push(`the ${type} ${id} was acknowledged and is not in the database`)
  for (const story of stories) {
    const { missing, twice } = auditOne(books, story)
    lost.push(...missing.map(what => `${story.id} (${story.fate}): ${what}`))
    doubled.push(...twice.map(what => `${story.id} (${story.fate}): ${what}`))
  }
  const refused = books.deliveries.flatMap(({ attempts }) => attempts).filter(({ status }) => status !== 200)
  return { lost, doubled, acknowledged: acknowledged.length, refused: refused.length }
}

/** Whether an amount is missing, there once, or there more than once. */
function auditOne(books: Books, story: Story): { missing: string[]; twice: string[] } {
  const missing: string[] = []
  const twice: string[] = []
  const once = (what: string, times: number, wanted: 0 | 1) => {
    if (times < wanted) missing.push(`no ${what}`)
    if (times > wanted) twice.push(`${times} times ${what}, not ${wanted}`)
  }
  const invoice = books.invoices.get(story.id)
  const taken = books.dodo.payments.rows
    .map(({ payment }) => payment)
    .filter(({ metadata, status }) => metadata['lago_invoice_id'] === story.id && status === 'succeeded')
  const ids = new Set(taken.map(({ payment_id }) => payment_id))
  const back = books.dodo.refunds.rows
    .map(({ refund }) => refund)
    .filter(({ payment_id }) => ids.has(payment_id))
  const recorded = books.recorded.filter(({ invoice_ids }) => invoice_ids.includes(story.id))
  const notes = books.notes.filter(({ lago_invoice_id }) => lago_invoice_id === story.id)
  const late = story.fate === 'paid-too-late'
  const refunded = story.fate === 'refunded-in-dodo' || story.fate === 'refunded-in-lago'

  once(
    'link to a checkout',
    invoice?.metadata?.filter(({ key }) => key === 'dodo_payment_url').length ?? 0,
    1,
  )
  once('payment by the customer', taken.length, 1)
  once('payment recorded in Lago', recorded.length, late ? 0 : 1)
  once('refund in Dodo', back.length, late || refunded ? 1 : 0)
  once('credit note in Lago', notes.length, refunded ? 1 : 0)
  if (!late && invoice?.payment_status !== 'succeeded') missing.push(`Lago says ${invoice?.payment_status}`)
  if (!late && invoice && invoice.total_paid_amount_cents > invoice.total_amount_cents)
    twice.push(`paid ${invoice.total_paid_amount_cents} of ${invoice.total_amount_cents}`)
  if (late && back.some(({ amount }, n) => amount !== taken[n]?.total_amount))
    missing.push('the late payment was not refunded in full')
  if (notes.some(({ refund_status }) => refund_status !== 'succeeded'))
    missing.push('the credit note does not say that it was refunded')
  const payable = books.known.filter(
    ({ id, invoice: of }) =>
      of === story.id &&
      !books.dodo.payments.rows.some(
        ({ payment }) =>
          payment.payment_id === books.dodo.sessions.rows.find(session => session.id === id)?.paymentId,
      ),
  )
  if (payable.length + taken.length > 1) twice.push(`${payable.length} checkouts are open beside a payment`)
  return { missing, twice }
}
