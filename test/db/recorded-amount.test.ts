import { afterEach, expect, test } from 'bun:test'
import type { PayableKey } from '../../src/core/ids.ts'
import { connect } from '../../src/db/connection.ts'
import { endIntents } from '../../src/db/queries/intents.ts'
import { wake } from '../../src/db/queries/wake.ts'
import { invoice, NOW, payment } from '../core/plan/facts.ts'
import { freshDatabase } from '../support/database.ts'
import { checkout, paymentsOf, until } from '../support/stories.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.stop()
  world = null
})

test('a payment that is stored by the very run that records it carries the amount that was recorded', async () => {
  world = await startWorld()
  const { lago_id: id } = world.lago.control.createInvoice({ fees: [1440] })
  await world.dodo.control.pay((await checkout(world, id)).id)
  await until(world, id, row => row.state === 'paid')
  expect([...(await paymentsOf(world, id))]).toMatchObject([
    { status: 'succeeded', amount: 1440, recorded: 1440, via: 'payment' },
  ])
})

test('a payment that becomes known after it was recorded carries the amount too', async () => {
  const sql = connect(await freshDatabase(), { max: 1 })
  const payable = `invoice:${invoice().id}` as PayableKey
  await wake(sql, [payable], NOW)
  const { id } = payment()
  const end = { payable, attempts: 1, state: 'done', at: NOW, patch: {} } as const
  // The run that knew the payment died over it; another found it recorded.
  await endIntents(sql, [
    { ...end, verb: 'record-payment', key: id, result: { amount: '1440', via: 'status' } },
  ])
  const patch = { payments: [payment()] }
  await endIntents(sql, [{ ...end, verb: 'publish-link', key: 'x', result: {}, patch }])
  const [row] = await sql`select recorded_amount, recorded_via from payments where id = ${id}`
  await sql.end()
  expect({ ...row }).toEqual({ recorded_amount: 1440, recorded_via: 'status' })
})
