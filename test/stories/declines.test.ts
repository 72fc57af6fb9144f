import { afterEach, describe, expect, test } from 'bun:test'
import { checkout, inLago, payableOf, paymentsOf, pressLink, sessionsOf, until } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

const attempts = async (id: string, count: number) =>
  (
    await eventually(
      () => sessionsOf(world, id),
      rows => rows.length === count,
    )
  ).at(-1)?.id ?? ''

describe('declined then paid', () => {
  for (const retryModel of ['same-payment', 'new-payment'] as const)
    test(`by another card, where Dodo gives the second try ${retryModel === 'same-payment' ? 'the same' : 'a new'} payment id`, async () => {
      world = await startWorld({ dodo: { retryModel }, config: { retrySchedule: [3_600_000] } })
      const { lago, dodo } = world
      const { lago_id: id } = lago.control.createInvoice({ fees: [2500] })
      const session = await checkout(world, id)
      await dodo.control.pay(session.id, { card: '4000000000009995' })
      await until(world, id, () => inLago(world, id).paymentStatus === 'failed')

      const { to } = await pressLink(world, id)
      const next = to?.split('/').at(-1) ?? ''
      await dodo.control.pay(next)
      await until(world, id, row => row.state === 'paid')
      expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 2500, due: 0 })
      const captured = (await paymentsOf(world, id)).filter(p => p.status === 'succeeded')
      expect(captured).toMatchObject([{ amount: 2500, recorded: 2500, refunded: 0 }])
      expect(lago.faults.count('POST', '/api/v1/payments')).toBe(1)
    })

  test('a failure that arrives after the success un-pays nothing, here or in Lago', async () => {
    world = await startWorld({ config: { retrySchedule: [3_600_000] } })
    const { lago, dodo } = world
    const { lago_id: id } = lago.control.createInvoice({ fees: [2500] })
    const first = await checkout(world, id)
    dodo.deliveries.hold()
    await dodo.control.pay(first.id, { card: '4000000000000002' })
    const { to } = await pressLink(world, id)
    await dodo.control.pay(to?.split('/').at(-1) ?? '')
    await dodo.deliveries.release('reversed')
    await until(world, id, row => row.state === 'paid')
    for (const { id: delivery, type } of dodo.deliveries.log)
      if (type === 'payment.failed') await dodo.deliveries.replay(delivery)
    await until(world, id, () => true)
    expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 2500, due: 0 })
    expect(await payableOf(world, id)).toMatchObject({ state: 'paid', attention: [] })
  })
})

test('three declines then given up: the schedule is kept, then it stops and says so, and the link still works', async () => {
  world = await startWorld({ config: { retrySchedule: [150, 150] } })
  const { lago, dodo, bridge } = world
  const { lago_id: id } = lago.control.createInvoice({ fees: [990] })
  await checkout(world, id)
  for (const attempt of [1, 2, 3]) {
    const session = await attempts(id, attempt)
    await dodo.control.pay(session, { card: '4000000000009995' })
  }
  await until(world, id, row => row.state === 'given_up')
  expect(await sessionsOf(world, id)).toHaveLength(3)
  expect(inLago(world, id)).toMatchObject({ paymentStatus: 'failed', paid: 0, due: 990 })
  const notices = await bridge.sql<{ kind: string; given_up: string | null }[]>`
    select kind, detail->>'given_up' as given_up from notices order by id`
  expect(notices.filter(n => n.kind === 'payment_link.ready')).toHaveLength(3)
  expect(notices.filter(n => n.kind === 'payment.failed').map(n => n.given_up)).toEqual([
    'false',
    'false',
    'true',
  ])

  const { to, status } = await pressLink(world, id)
  expect(status).toBe(302)
  await dodo.control.pay(to?.split('/').at(-1) ?? '')
  await until(world, id, row => row.state === 'paid')
  expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 990, due: 0 })
})

test('a hard decline goes back to the customer at once, whatever the schedule waits', async () => {
  world = await startWorld({ config: { retrySchedule: [86_400_000] } })
  const { lago, dodo, bridge } = world
  const { lago_id: id } = lago.control.createInvoice({ fees: [990] })
  const session = await checkout(world, id)
  await dodo.control.pay(session.id, { outcome: 'failed', errorCode: 'STOLEN_CARD' })
  await attempts(id, 2)
  await until(world, id, row => row.state === 'open')
  expect(inLago(world, id).paymentStatus).toBe('failed')
  const [told] = await bridge.sql<{ reason: string }[]>`
    select detail->>'reason' as reason from notices where kind = 'payment.failed'`
  expect(told?.reason).toBe('The payment was declined.')
})

test('"retry payment" in Lago opens a way to pay at once, and while one is open tells of it again', async () => {
  world = await startWorld({ config: { retrySchedule: [] } })
  const { lago, dodo, bridge } = world
  const { lago_id: id } = lago.control.createInvoice({ fees: [990] })
  const ready = async () => (await bridge.sql`select 1 from notices where kind = 'payment_link.ready'`).length
  await dodo.control.pay((await checkout(world, id)).id, { card: '4000000000009995' })
  await until(world, id, row => row.state === 'given_up')
  lago.control.pressRetryPayment({ invoice_id: id })
  await attempts(id, 2)
  await until(world, id, row => row.state === 'open')
  expect(await ready()).toBe(2)

  lago.control.pressRetryPayment({ invoice_id: id })
  await eventually(ready, count => count === 3)
  const [, second] = await sessionsOf(world, id)
  await dodo.control.pay(second?.id ?? '')
  await until(world, id, row => row.state === 'paid')
  expect(await sessionsOf(world, id)).toHaveLength(2)
  expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: 990 })
})
