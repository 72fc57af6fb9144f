import { afterAll, beforeAll, expect, test } from 'bun:test'
import { reconcile } from '../../src/cli/reconcile-command.ts'
import { quiet, sessionsOf } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

const SEEDED = 1000
const OF_EACH = 5

let world: World
const planted = new Map<string, Set<string>>()
const plant = (kind: string, about: string) => planted.set(kind, (planted.get(kind) ?? new Set()).add(about))

beforeAll(async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 3_600_000 } } })
  const { lago, dodo, bridge } = world
  const ids = lago.control.createInvoices({ count: SEEDED, customers: 100, fees: [1000] })
  await eventually(
    async () => (await bridge.sql`select 1 from sessions`).length,
    count => count === SEEDED,
    60_000,
  )
  await quiet(world)
  let next = 0
  const take = (count: number) => {
    next += count
    return ids.slice(next - count, next)
  }
  const sessionOf = async (id: string) => (await sessionsOf(world, id))[0]?.id ?? ''
  const payAll = async (invoices: string[]) => {
    const payments = []
    for (const id of invoices) payments.push(await dodo.control.pay(await sessionOf(id)))
    await eventually(
      async () => (await bridge.sql`select 1 from payments where recorded_amount > 0`).length,
      count => count >= payments.length,
    )
    await quiet(world)
    return payments
  }

  const paid = await payAll(take(2 * OF_EACH))
  const slow = []
  for (const id of take(OF_EACH))
    slow.push(await dodo.control.pay(await sessionOf(id), { outcome: 'processing' }))
  await eventually(
    async () => (await bridge.sql`select 1 from payments where status = 'processing'`).length,
    count => count === OF_EACH,
  )
  await quiet(world)

  // From here on no webhook arrives.
  lago.deliveries.drop(() => true)
  dodo.deliveries.drop(() => true)
  for (let n = 0; n < OF_EACH; n++)
    plant('invoice_unknown', lago.control.createInvoice({ customer: 'cust_1', fees: [700] }).lago_id)
  for (const id of take(OF_EACH)) {
    lago.control.applyOffsetCreditNote({ invoice_id: id, amount_cents: 300 })
    plant('invoice_amount_differs', id)
  }
  for (const id of take(OF_EACH)) {
    lago.control.setPaymentStatus({ invoice_id: id, payment_status: 'succeeded' })
    plant('invoice_settled', id)
  }
  for (const id of take(OF_EACH))
    plant('payment_unknown', (await dodo.control.pay(await sessionOf(id))).payment_id)
  for (const { payment_id } of slow) {
    await dodo.control.settle(payment_id, 'succeeded')
    plant('payment_status_differs', payment_id)
  }
  for (const { payment_id } of paid.slice(0, OF_EACH))
    plant('refund_unknown', (await dodo.control.createRefund(payment_id, 400)).refund_id)
  for (const { payment_id } of paid.slice(OF_EACH))
    plant('dispute_unknown', (await dodo.control.openDispute(payment_id)).dispute_id)
  for (const id of take(OF_EACH)) {
    const session = await sessionOf(id)
    await bridge.sql`
      update sessions set created_at = created_at - interval '2 days', expires_at = expires_at - interval '2 days',
        read_at = read_at - interval '2 days' where id = ${session}`
    plant('session_unread', session)
  }
  // Other systems of the merchant's use the same Dodo: none of that is ours.
  const foreign = await dodo.control.createForeignPayment({
    amount: 900,
    currency: 'USD',
    metadata: { shop: '7' },
  })
  await dodo.control.createRefund(foreign.payment_id)
  await Promise.all([lago.deliveries.idle(), dodo.deliveries.idle()])
}, 120_000)

afterAll(() => world?.stop())

type Told = { kind: string; about: string; outcome?: string; say?: string }

async function run(...args: string[]) {
  let text = ''
  const errors: string[] = []
  const output = {
    out: (line: string) => {
      text += `${line}\n`
    },
    err: (line: string) => errors.push(line),
  }
  const code = await reconcile(args, world.config, output)
  return { code, text, errors }
}

/** Every row of every table, but for the places that calls take in the shared budgets. */
async function everything() {
  const { sql } = world.bridge
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_name <> 'budgets' order by 1`
  const sums = []
  for (const { name } of tables)
    sums.push([
      name,
      (await sql.unsafe(`select md5(string_agg(t::text, '|' order by t::text)) as sum from ${name} t`))[0]?.[
        'sum'
      ],
    ])
  return sums
}

const writes = () =>
  [world.lago, world.dodo].map(side => side.faults.calls.all().filter(call => call.method !== 'GET').length)

test('a dry run names exactly the forty planted differences of eight kinds and changes nothing', async () => {
  const before = { rows: await everything(), writes: writes() }
  const { code, text, errors } = await run('--since', '7d', '--dry-run', '--json')
  expect(errors).toEqual([])
  const told = (JSON.parse(text) as { differences: Told[] }).differences
  const byKind = Object.fromEntries(
    [...planted].map(([kind]) => [
      kind,
      told
        .filter(d => d.kind === kind)
        .map(d => d.about)
        .sort(),
    ]),
  )
  expect(byKind).toEqual(Object.fromEntries([...planted].map(([kind, ids]) => [kind, [...ids].sort()])))
  expect(planted.size).toBe(8)
  expect(told).toHaveLength(8 * OF_EACH)
  expect(code).toBe(1)
  expect({ rows: await everything(), writes: writes() }).toEqual(before)
}, 60_000)

test('a table for people says what each side has and what would be done', async () => {
  const { text } = await run('--dry-run')
  expect(text).toContain('40 differences. Nothing was changed.')
  expect(text).toMatch(/kind +invoice +about +Lago says +Dodo says +we say +what would be done/)
  expect(text).toMatch(
    /payment_unknown .* succeeded, USD 10\.00 +unknown +read the payment and hand it to its invoice/,
  )
}, 60_000)

test('without the flag each of them is mended or parked, and a second run finds nothing', async () => {
  const { code, text, errors } = await run('--json')
  expect(errors).toEqual([])
  const told = (JSON.parse(text) as { differences: Told[] }).differences
  expect(told.filter(d => d.outcome !== 'mended' && d.outcome !== 'parked')).toEqual([])
  expect(told.filter(d => d.outcome === 'parked').map(d => d.kind)).toEqual(
    Array(OF_EACH).fill('dispute_unknown'),
  )
  expect(code).toBe(0)

  const again = await run()
  expect(again).toMatchObject({ code: 0, text: 'Nothing differs.\n' })
}, 60_000)

test('one invoice can be looked at alone', async () => {
  const invoice = world.lago.control.createInvoice({ customer: 'cust_2', fees: [800] })
  const other = world.lago.control.createInvoice({ customer: 'cust_2', fees: [900] })
  const { code, text } = await run('--invoice', invoice.lago_id, '--json')
  const told = (JSON.parse(text) as { differences: Told[] }).differences
  expect(told).toMatchObject([{ kind: 'invoice_unknown', about: invoice.lago_id, outcome: 'mended' }])
  expect(code).toBe(0)
  expect(await sessionsOf(world, invoice.lago_id)).toMatchObject([{ amount: 800 }])
  expect(await sessionsOf(world, other.lago_id)).toHaveLength(0)
}, 60_000)
