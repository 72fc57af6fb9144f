import { afterEach, describe, expect, test } from 'bun:test'
import type { Fault } from '../../sandbox/kernel/faults.ts'
import { eventually, startWorld, type World } from '../support/world.ts'
import { atRest, checkout, effects, inLago, intentsOf, invoiceIn, paymentsInLago, reaches } from './story.ts'

let world: World
afterEach(() => world.stop())

/** Quick to give up on an answer. */
const impatient = () =>
  startWorld({
    config: usual => ({
      lago: { ...usual.lago, timeoutMs: 250 },
      dodo: { ...usual.dodo, timeoutMs: 250 },
    }),
  })

/** `happened`: the other side did it. */
const UNKNOWN: [string, Fault, { happened: boolean }][] = [
  ['the answer is lost', { kind: 'lost-answer' }, { happened: true }],
  ['500 is answered after the work', { kind: 'status-after', status: 500 }, { happened: true }],
  ['502 is answered after the work', { kind: 'status-after', status: 502, body: '<html>' }, { happened: true }],
  ['200 is answered with a body of another shape', { kind: 'status-after', status: 200, body: 'OK' }, { happened: true }],
  ['no answer ever comes', { kind: 'hang' }, { happened: true }],
  ['the connection is reset before the work', { kind: 'reset' }, { happened: false }],
  ['500 is answered before the work', { kind: 'status', status: 500 }, { happened: false }],
  ['503 is answered with Retry-After', { kind: 'status', status: 503, headers: { 'retry-after': '0.2' } }, { happened: false }],
  ['429 is answered with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '0.2' } }, { happened: false }],
] // biome-ignore format: a table reads better in rows

/** A card is declined in the first checkout, and "retry payment" pressed: both checkouts can be paid now. */
async function twoWaysToPay(id: string): Promise<[string, string]> {
  const first = await checkout(world, id)
  await world.dodo.control.pay(first, { outcome: 'failed', errorCode: 'DO_NOT_HONOR' })
  await eventually(
    () => inLago(world, id).payment_status,
    status => status === 'failed',
  )
  world.lago.control.pressRetryPayment({ invoice_id: id })
  return [first, await checkout(world, id, 2)]
}

/** What may still take effect unseen is waited for: this brings that moment near. Gives what ends it. */
function hurry(): () => void {
  const { sql } = world.bridge
  const step = async () => {
    await sql`
      update intents set started_at = started_at - interval '1 minute'
      where state = 'started' and started_at > clock_timestamp() - interval '1 minute'`
    await sql`
      update payables set due_at = clock_timestamp() where lease_until is null and last_error like '%may still take effect%'`
  }
  // The last one may be under way when the test is over and its database closed.
  const timer = setInterval(() => void step().catch(() => {}), 100)
  return () => clearInterval(timer)
}

describe('recording a payment in Lago, when', () => {
  test.each(UNKNOWN)('%s, is done once', async (_, fault, { happened }) => {
    world = await impatient()
    const id = invoiceIn(world)
    const session = await checkout(world, id)
    world.lago.faults.add({ method: 'POST', path: '/api/v1/payments', fault, times: 1 })
    await world.dodo.control.pay(session)
    await reaches(world, id, 'paid')
    await atRest(world)
    expect(paymentsInLago(world, id)).toHaveLength(1)
    expect(inLago(world, id)).toMatchObject({ payment_status: 'succeeded', total_due_amount_cents: 0 })
    expect(effects(world)).toEqual({ checkouts: 1, refunds: 0, updates: 1, payments: happened ? 1 : 2 })
  })
})

describe('marking an invoice paid without a licence, when', () => {
  test.each(UNKNOWN)('%s, is done once', async (_, fault, { happened }) => {
    world = await startWorld({
      lago: { premium: false },
      config: usual => ({ lago: { ...usual.lago, timeoutMs: 250 } }),
    })
    const id = invoiceIn(world)
    const session = await checkout(world, id)
    await eventually(
      () => effects(world).updates,
      count => count === 1,
    )
    world.lago.faults.add({ method: 'PUT', path: '/api/v1/invoices/*', fault, times: 1 })
    await world.dodo.control.pay(session)
    await reaches(world, id, 'paid')
    await atRest(world)
    expect(inLago(world, id).payment_status).toBe('succeeded')
    expect(effects(world).updates).toBe(happened ? 2 : 3)
    expect(inLago(world, id).metadata?.filter(({ key }) => key === 'dodo_payment_id')).toHaveLength(1)
  })
})

describe('publishing the link, when', () => {
  test.each(UNKNOWN)('%s, leaves one entry', async (_, fault, { happened }) => {
    world = await impatient()
    world.lago.faults.add({ method: 'PUT', path: '/api/v1/invoices/*', fault, times: 1 })
    const id = invoiceIn(world, { metadata: [{ key: 'po', value: '17' }] })
    await reaches(world, id, 'open')
    await atRest(world)
    expect(inLago(world, id).metadata?.map(({ key }) => key)).toEqual(['po', 'dodo_payment_url'])
    expect(effects(world)).toMatchObject({ checkouts: 1, updates: happened ? 1 : 2 })
  })
})

describe('opening a checkout, when', () => {
  test.each(UNKNOWN)('%s, leaves one that can be found and paid', async (_, fault) => {
    world = await impatient()
    world.dodo.faults.add({ method: 'POST', path: '/checkouts', fault, times: 1 })
    const id = invoiceIn(world)
    const session = await checkout(world, id)
    await reaches(world, id, 'open')
    const keys = (await intentsOf(world, id)).filter(({ verb }) => verb === 'open-checkout').map(i => i.key)
    expect(keys).toEqual(['1'])
    await world.dodo.control.pay(session)
    await reaches(world, id, 'paid')
    await atRest(world)
    // A session whose answer was lost has an address that nobody was ever told.
    expect(effects(world)).toEqual({ checkouts: 2, refunds: 0, updates: 1, payments: 1 })
    expect(paymentsInLago(world, id)).toHaveLength(1)
  })

  test('its answer is lost, and the other side is asked before it is opened again', async () => {
    world = await impatient()
    world.dodo.faults.add({ method: 'POST', path: '/checkouts', fault: { kind: 'lost-answer' }, times: 1 })
    await checkout(world, invoiceIn(world))
    const order = world.dodo.faults.calls.all().map(({ method, path }) => `${method} ${path}`)
    const [first, second] = order.flatMap((call, at) => (call === 'POST /checkouts' ? [at] : []))
    expect(order.slice(first, second)).toContain('GET /payments')
  })
})

describe('sending a second payment back, when', () => {
  test.each(UNKNOWN)('%s, is done once', async (_, fault, { happened }) => {
    world = await impatient()
    const id = invoiceIn(world)
    const [first, second] = await twoWaysToPay(id)
    await world.dodo.control.pay(second)
    await reaches(world, id, 'paid')
    const stop = hurry()
    try {
      world.dodo.faults.add({ method: 'POST', path: '/refunds', fault, times: 1 })
      await world.dodo.control.pay(first)
      const refunds = await eventually(
        () => world.dodo.state.refunds.all(),
        rows => rows.length > 0,
      )
      await atRest(world)
      expect(refunds).toHaveLength(1)
      expect(world.dodo.state.refunds.all()).toHaveLength(1)
      expect(effects(world).refunds).toBe(happened ? 1 : 2)
      expect(paymentsInLago(world, id)).toHaveLength(1)
    } finally {
      stop()
    }
  })
})
