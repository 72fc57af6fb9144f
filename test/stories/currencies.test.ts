import { afterEach, expect, test } from 'bun:test'
import { checkout, inLago, paymentsOf, until } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

/** What Dodo charges for the same money: a forint has a hundred fillér there, and none in Lago. */
for (const [currency, lagoUnits, dodoUnits] of [
  ['JPY', 4321, 4321],
  ['HUF', 4321, 432_100],
  ['EUR', 4321, 4321],
] as const)
  test(`${currency}: asked, charged, recorded and refunded for exactly the same money`, async () => {
    world = await startWorld()
    const { lago, dodo } = world
    const { lago_id: id } = lago.control.createInvoice({ fees: [lagoUnits], currency })
    const session = await checkout(world, id)
    expect(session.amount).toBe(lagoUnits)
    const payment = await dodo.control.pay(session.id)
    expect(payment).toMatchObject({ currency, total_amount: dodoUnits })
    await until(world, id, row => row.state === 'paid')
    expect(inLago(world, id)).toMatchObject({ paymentStatus: 'succeeded', paid: lagoUnits, due: 0 })

    await dodo.control.createRefund(payment.payment_id)
    await eventually(
      () => paymentsOf(world, id),
      rows => rows[0]?.refunded === lagoUnits,
    )
    await until(world, id, row => row.attention.length === 0)
    const [note] = [...lago.state.creditNotes.values()]
    expect(note).toMatchObject({ refund_amount_cents: lagoUnits, refund_status: 'succeeded' })
  })
