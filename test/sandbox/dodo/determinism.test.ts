import { expect, test } from 'bun:test'
import { DAY, mandate, paid, setUp } from './support.ts'

/** A story with chance in it: shuffled, duplicated and sometimes refused deliveries, faults by chance. */
async function story() {
  const world = setUp()
  world.dodo.deliveries.shuffle(60_000)
  world.dodo.deliveries.duplicate(2)
  world.dodo.faults.add({ path: /^\/payments\//, fault: { kind: 'status', status: 500 }, chance: 0.5 })
  const { id } = await mandate(world)
  for (let round = 0; round < 5; round++) {
    const { payment } = await paid(world, 1000 + round)
    await world.client.payments.retrieve(payment.payment_id).catch(() => undefined)
    await world.dodo.control.createRefund(payment.payment_id, 10)
    await world.client.subscriptions.charge(id, { product_price: 500 })
    await world.clock.advance(10_000)
  }
  world.receiver.status = 500
  await world.clock.advance(DAY)
  return {
    received: world.received.map(({ id, type, second, body }) => ({ id, type, second, body })),
    calls: world.dodo.faults.calls
      .all()
      .map(({ method, path, status, done }) => ({ method, path, status, done })),
  }
}

test('the same seed tells the same story, to the byte', async () => {
  const first = await story()
  expect(first.received.length).toBeGreaterThan(20)
  expect(first.calls.some(({ status }) => status === 500)).toBe(true)
  expect(await story()).toEqual(first)
})
