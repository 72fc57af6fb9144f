import { afterEach, expect, test } from 'bun:test'
import { reconcile } from '../../src/cli/reconcile-command.ts'
import { checkout, inLago, keyOf, payableOf, paymentsOf, quiet, until } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

type Told = { kind: string; about: string; invoice: string; outcome?: string; say?: string }

async function run(...args: string[]) {
  let text = ''
  const output = {
    out: (line: string) => {
      text += line
    },
    err: () => {},
  }
  const code = await reconcile([...args, '--json'], world.config, output)
  return { code, told: (JSON.parse(text) as { differences: Told[] }).differences }
}

/** From now on nobody is told anything. */
const silence = () => {
  world.lago.deliveries.drop(() => true)
  world.dodo.deliveries.drop(() => true)
}

async function paid(fees = 2000) {
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [fees] })
  const { payment_id } = await world.dodo.control.pay((await checkout(world, id)).id)
  await until(world, id, row => row.state === 'paid')
  return { id, payment: payment_id }
}

/** Named by a dry run, mended or parked by a real one, and gone after it. */
async function found(kind: string, about: string, outcome: 'mended' | 'parked' = 'mended') {
  expect((await run('--dry-run')).told).toMatchObject([{ kind, about }])
  const { code, told } = await run()
  expect(told).toMatchObject([{ kind, about, outcome }])
  expect(code).toBe(0)
  expect((await run('--dry-run')).told).toEqual([])
}

test('a status that was set in Lago unseen', async () => {
  world = await startWorld()
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [900] })
  await checkout(world, id)
  silence()
  world.lago.control.setPaymentStatus({ invoice_id: id, payment_status: 'failed' })
  await found('invoice_status_differs', id)
})

test('a paid invoice that was voided unseen is parked: somebody has to give the money back', async () => {
  world = await startWorld()
  const { id } = await paid()
  silence()
  world.lago.control.voidInvoice({ invoice_id: id })
  await found('invoice_settled', id, 'parked')
})

test('a paid invoice that was set back unseen is parked, and nobody is asked to pay twice', async () => {
  world = await startWorld({ lago: { premium: false } })
  const { id } = await paid()
  silence()
  world.lago.control.setPaymentStatus({ invoice_id: id, payment_status: 'pending' })
  await found('invoice_reopened', id, 'parked')
  expect(world.dodo.faults.count('POST', '/checkouts')).toBe(1)
})

test('a paid invoice that was set back, and then right again unseen, waits for nobody any more', async () => {
  world = await startWorld()
  const { id } = await paid()
  world.lago.control.setPaymentStatus({ invoice_id: id, payment_status: 'pending' })
  await until(world, id, row => row.attention.length > 0)
  silence()
  world.lago.control.setPaymentStatus({ invoice_id: id, payment_status: 'succeeded' })
  await found('invoice_settled', id)
  expect(await payableOf(world, id)).toMatchObject({ state: 'paid', attention: [] })
})

test('an invoice that Lago does not know any more', async () => {
  world = await startWorld()
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [900] })
  await checkout(world, id)
  silence()
  const row = world.lago.state.invoices.get(id)
  if (row) row.status = 'deleted'
  await found('invoice_gone', id, 'parked')
  expect((await payableOf(world, id))?.attention).toMatchObject([{ reason: 'invoice_not_found' }])
})

test('an invoice that was voided unseen is not collected any more', async () => {
  world = await startWorld()
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [900] })
  await checkout(world, id)
  silence()
  world.lago.control.voidInvoice({ invoice_id: id })
  await found('invoice_settled', id)
  expect(await payableOf(world, id)).toMatchObject({ state: 'closed' })
})

test('a payment whose amount is another one at Dodo', async () => {
  world = await startWorld({ config: { retrySchedule: [] } })
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [900] })
  const session = await checkout(world, id)
  const { payment_id } = await world.dodo.control.pay(session.id, {
    outcome: 'failed',
    errorCode: 'GENERIC_DECLINE',
  })
  await until(world, id, row => row.state === 'given_up')
  await world.bridge.sql`update payments set amount = 1`
  await found('payment_amount_differs', payment_id)
  expect((await paymentsOf(world, id))[0]?.amount).toBe(900)
})

test('money that is known and has no place yet', async () => {
  world = await startWorld()
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [900] })
  const session = await checkout(world, id)
  silence()
  const { payment_id } = await world.dodo.control.pay(session.id)
  // As if a process had died between learning of it and acting on it, and its lease had been lost.
  await world.bridge.sql`
    insert into payments (id, payable_key, session_id, status, amount, tax, currency, created_at, read_at)
    values (${payment_id}, ${keyOf(id)}, ${session.id}, 'succeeded', 900, 0, 'USD', now(), now())`
  await found('payment_unplaced', payment_id)
  expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 900, due: 0 })
})

test('a refund that came to its end unseen', async () => {
  world = await startWorld()
  const { id, payment } = await paid()
  const { refund_id } = await world.dodo.control.createRefund(payment, 500, { initial: 'pending' })
  silence()
  await found('refund_unknown', refund_id)
  await world.dodo.control.settleRefund(refund_id, 'succeeded')
  await found('refund_status_differs', refund_id)
  await until(world, id, row => row.attention.length === 0)
  expect([...world.lago.state.creditNotes.values()]).toMatchObject([{ refund_amount_cents: 500 }])
})

test('a dispute that was lost unseen, however long ago it was opened', async () => {
  world = await startWorld()
  const { id, payment } = await paid()
  const { dispute_id } = await world.dodo.control.openDispute(payment)
  await until(world, id, row => row.attention.length > 0)
  silence()
  await world.dodo.control.resolveDispute(dispute_id, 'lost')
  await found('dispute_status_differs', dispute_id)
  expect(world.lago.control.getInvoice({ invoice_id: id }).payment_dispute_lost_at).not.toBeNull()
})

test('a credit note that asks for a refund which nobody has begun', async () => {
  world = await startWorld({ dodo: { refunds: { initial: 'pending', final: 'succeeded', afterMs: 20 } } })
  const { id } = await paid()
  world.lago.deliveries.drop(() => true)
  const { lago_id } = world.lago.control.refundByCreditNote({ invoice_id: id, amount_cents: 700 })
  await found('credit_note_pending', lago_id)
  await eventually(
    () => paymentsOf(world, id),
    rows => rows[0]?.refunded === 700,
  )
})

test('a call whose outcome nobody has looked up', async () => {
  world = await startWorld()
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [900] })
  await checkout(world, id)
  await world.bridge
    .sql`update intents set state = 'started', started_at = now() - interval '2 hours' where verb = 'publish-link'`
  const { told } = await run('--dry-run')
  expect(told.map(d => d.kind)).toEqual(['call_unfinished'])
  await found('call_unfinished', told[0]?.about ?? '')
})

test('what failed too often is named, but left to a person', async () => {
  world = await startWorld()
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [900] })
  await checkout(world, id)
  await world.bridge.sql`
    update payables set due_at = null, attempts = 20, last_error = 'it broke', attention = ${JSON.stringify([{ reason: 'stuck', about: keyOf(id), detail: 'it broke' }])}::text::jsonb`
  silence()
  world.lago.control.setPaymentStatus({ invoice_id: id, payment_status: 'succeeded' })
  const before = world.lago.faults.count('GET', '/api/v1/invoices/*')
  const { told, code } = await run()
  expect(told).toMatchObject([{ kind: 'invoice_settled', outcome: 'parked', say: 'stuck: it broke' }])
  expect(code).toBe(0)
  expect(await payableOf(world, id)).toMatchObject({ attention: [{ reason: 'stuck' }], attempts: 20 })
  expect(world.lago.faults.count('GET', '/api/v1/invoices/*')).toBeLessThanOrEqual(before + 2)
})

test('refunds of another system of the merchant are read once and never named', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 200 } } })
  const { dodo, bridge } = world
  dodo.deliveries.drop(() => true)
  const { payment_id } = await dodo.control.createForeignPayment({ amount: 500, currency: 'USD' })
  await dodo.control.createRefund(payment_id)
  const sweeps = () => dodo.faults.count('GET', '/refunds')
  await eventually(sweeps, count => count >= 6)
  expect(dodo.faults.count('GET', '/payments/*')).toBe(1)
  expect(await bridge.sql`select 1 from payments`).toHaveLength(0)
  expect((await run('--dry-run')).told).toEqual([])
  await quiet(world)
})

test('what could not be mended remains, and the exit code says so', async () => {
  world = await startWorld()
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [900] })
  const session = await checkout(world, id)
  world.dodo.deliveries.drop(() => true)
  const { payment_id } = await world.dodo.control.pay(session.id)
  world.dodo.faults.add({ method: 'GET', path: '/payments/*', fault: { kind: 'status', status: 403 } })
  const { code, told } = await run('--wait', '2s')
  expect(told).toMatchObject([{ kind: 'payment_unknown', about: payment_id, outcome: 'remains' }])
  expect(told[0]?.say).toContain('403')
  expect(code).toBe(1)
})
