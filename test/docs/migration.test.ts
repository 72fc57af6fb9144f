import { afterEach, expect, test } from 'bun:test'
import { payables } from '../../src/cli/payables-command.ts'
import { reconcile } from '../../src/cli/reconcile-command.ts'
import { checkout, payableOf, quiet, sessionsOf, until } from '../support/stories.ts'
import { startWorld, type World } from '../support/world.ts'
import { command } from './support.ts'

let world: World
afterEach(() => world.stop())

test('customers move from Stripe one by one: what Stripe collects is left alone, what it no longer does is taken up as the guide says', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 3_600_000 } } })
  const { lago } = world
  for (const external_id of ['moved', 'stays'])
    lago.control.createCustomer({ external_id, payment_provider: 'stripe' })
  const issue = (customer: string) => lago.control.createInvoice({ customer, fees: [5000] })
  const told = [issue('moved'), issue('moved'), issue('stays')]
  for (const { lago_id } of told) await until(world, lago_id, row => row.state === 'closed')
  const [byRetry, byButton, stays] = told as [(typeof told)[0], (typeof told)[0], (typeof told)[0]]
  lago.deliveries.drop(() => true)
  const neverTold = issue('moved')
  const answer = await fetch(`${world.config.lago.apiUrl}/customers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${lago.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      customer: { external_id: 'moved', billing_configuration: { payment_provider: null } },
    }),
  })
  expect(answer.status).toBe(200)

  expect((await command(world, reconcile, '--since', '30d')).text).toContain('1 difference: 1 mended')
  expect((await command(world, payables, 'retry', byRetry.number)).code).toBe(0)
  lago.deliveries.drop(() => false)
  lago.control.pressRetryPayment({ invoice_id: byButton.lago_id })

  for (const { lago_id } of [neverTold, byRetry, byButton]) {
    await checkout(world, lago_id)
    expect(await payableOf(world, lago_id)).toMatchObject({ state: 'open' })
  }
  await quiet(world)
  expect(await sessionsOf(world, stays.lago_id)).toHaveLength(0)
  expect(await payableOf(world, stays.lago_id)).toMatchObject({ state: 'closed' })
}, 60_000)
