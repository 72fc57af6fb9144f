import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually } from '../support/world.ts'
import { type BridgeProcess, type Outside, startOutside } from './outside.ts'

/** Moments of one invoice's way from Lago to paid: what is about to happen or has just happened, and which time. */
const MOMENTS: [string, number][] = [
  ['before store', 1],
  ['after store', 1],
  ['after load', 1],
  ['before begin', 1],
  ['after begin', 1],
  ['before POST /checkouts', 1],
  ['after POST /checkouts', 1],
  ['before end', 1],
  ['after end', 1],
  ['before PUT /invoices', 1],
  ['after PUT /invoices', 1],
  ['before finish', 1],
  ['after finish', 1],
  ['after store', 2],
  ['after begin', 3],
  ['before POST /payments', 1],
  ['after POST /payments', 1],
  ['before end', 3],
  ['after end', 3],
  ['after finish', 2],
]

let outside: Outside
let bridge: BridgeProcess
beforeAll(async () => {
  outside = await startOutside()
  bridge = await outside.spawn()
}, 30_000)
afterAll(() => outside.stop(), 20_000)

/** Kills the bridge at a moment of its work. `at` decides; gives what happened. */
function killAt(at: (moment: string) => boolean): { killed: boolean; moments: string[] } {
  const story = { killed: false, moments: [] as string[] }
  const victim = bridge
  outside.witness.see = moment => {
    if (story.killed) return false
    story.moments.push(moment)
    if (!at(moment)) return false
    story.killed = true
    victim.kill('SIGKILL')
    return true
  }
  return story
}

const nth = (wanted: string, which: number) => {
  let seen = 0
  return (moment: string) => moment === wanted && ++seen === which
}

/** What senders do with what was not answered 2xx, without their waits. */
async function resend(): Promise<void> {
  for (const { deliveries } of [outside.lago, outside.dodo])
    for (const delivery of deliveries.log)
      if (delivery.state !== 'delivered') await deliveries.replay(delivery.id)
}

/** The customer pays as soon as there is a link; whoever watches the process starts it again. */
async function carryToPaid(): Promise<string> {
  const { lago, dodo, sql } = outside
  const id = lago.control.createInvoice({ fees: [1000], taxes: [20] }).lago_id
  let paid = false
  await eventually(
    async () => {
      if (bridge.isDead()) {
        await bridge.exited
        bridge = await outside.spawn()
        await resend()
      }
      const [session] = await sql<{ id: string }[]>`
        select id from sessions where payable_key = ${`invoice:${id}`} order by attempt desc`
      const linked = lago.control.getInvoice({ invoice_id: id }).metadata?.length === 1
      if (session && linked && !paid) {
        paid = true
        await dodo.control.pay(session.id)
      }
      const [row] = await sql<{ state: string; held: boolean }[]>`
        select state, lease_until is not null or due_at is not null as held from payables where key = ${`invoice:${id}`}`
      return row
    },
    row => row?.state === 'paid' && !row.held && !bridge.isDead(),
    20_000,
  )
  return id
}

async function expectOnce(id: string): Promise<void> {
  const { lago, dodo, sql } = outside
  const invoice = lago.control.getInvoice({ invoice_id: id })
  expect(invoice).toMatchObject({ payment_status: 'succeeded', total_paid_amount_cents: 1200 })
  expect(invoice.metadata?.map(({ key }) => key)).toEqual(['dodo_payment_url'])
  const recorded = [...lago.state.payments.values()].filter(payment => payment.invoice.lago_id === id)
  expect(recorded.map(payment => payment.amount_cents)).toEqual([1200])
  const taken = dodo.state.payments.all().filter(row => row.payment.metadata['lago_invoice_id'] === id)
  expect(taken.map(({ payment }) => payment.status)).toEqual(['succeeded'])
  expect(dodo.state.refunds.all()).toHaveLength(0)
  const [row] = await sql<{ attention: unknown[] }[]>`
    select attention from payables where key = ${`invoice:${id}`}`
  expect(row?.attention).toEqual([])
}

/** Whatever was answered 2xx is in the database. */
async function expectNothingLost(): Promise<void> {
  const kept = new Set(
    (await outside.sql<{ event_id: string }[]>`select event_id from deliveries`).map(d => d.event_id),
  )
  for (const { deliveries } of [outside.lago, outside.dodo])
    for (const { id, attempts } of deliveries.log)
      if (attempts.some(({ status }) => status === 200)) expect(kept).toContain(id)
}

test('an invoice is carried by a process of its own', async () => {
  const story = killAt(() => false)
  const id = await carryToPaid()
  await expectOnce(id)
  for (const [moment, which] of MOMENTS)
    expect(story.moments.filter(seen => seen === moment).length).toBeGreaterThanOrEqual(which)
}, 30_000)

test.each(MOMENTS)(
  'killed %s (%d), it is paid once all the same',
  async (moment, which) => {
    const story = killAt(nth(moment, which))
    const id = await carryToPaid()
    expect(story.killed).toBe(true)
    await expectOnce(id)
    await expectNothingLost()
  },
  30_000,
)

/** `KILL_SWEEP=1`: every moment in turn, until the invoice gets to paid without being killed. Takes minutes. */
if (process.env['KILL_SWEEP'])
  test('killed at every moment there is, it is paid once all the same', async () => {
    for (let n = 1; ; n++) {
      let seen = 0
      const story = killAt(() => ++seen === n)
      const id = await carryToPaid()
      await expectOnce(id)
      await expectNothingLost()
      if (!story.killed) return console.log(`killed at each of ${n - 1} moments`)
    }
  }, 900_000)
