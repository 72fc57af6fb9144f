import { afterEach, expect, test } from 'bun:test'
import { checkout, paymentsOf, until } from '../support/stories.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

test('a payment that is stored by the very run that records it carries the amount that was recorded', async () => {
  world = await startWorld()
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [1440] })
  await world.dodo.control.pay((await checkout(world, id)).id)
  await until(world, id, row => row.state === 'paid')
  expect([...(await paymentsOf(world, id))]).toMatchObject([
    { status: 'succeeded', amount: 1440, recorded: 1440, via: 'payment' },
  ])
})
