import { expect, test } from 'bun:test'
import { paid, setUp } from './support.ts'

test('a dispute names its payment, and its amount as a string', async () => {
  const world = setUp()
  const { payment } = await paid(world, 5000, { metadata: { lago_invoice_id: 'inv-1' } })
  const dispute = await world.dodo.control.openDispute(payment.payment_id, { reason: 'fraudulent' })
  const seen = await world.client.disputes.retrieve(dispute.dispute_id)
  expect(seen).toMatchObject({
    amount: '5000',
    dispute_status: 'dispute_opened',
    dispute_stage: 'dispute',
    reason: 'fraudulent',
  })
  expect(seen).not.toHaveProperty('metadata')
  expect((await world.client.payments.retrieve(payment.payment_id)).disputes).toMatchObject([
    { dispute_id: dispute.dispute_id, amount: '5000' },
  ])
})

for (const outcome of ['expired', 'accepted', 'cancelled', 'challenged', 'won', 'lost'] as const) {
  test(`a dispute ${outcome} is announced and shown on its payment`, async () => {
    const world = setUp()
    const { payment } = await paid(world, 5000)
    const { dispute_id } = await world.dodo.control.openDispute(payment.payment_id)
    await world.dodo.control.resolveDispute(dispute_id, outcome)
    await world.clock.runDue()
    expect(world.types()).toEqual(['payment.succeeded', 'dispute.opened', `dispute.${outcome}`])
    const { disputes } = await world.client.payments.retrieve(payment.payment_id)
    expect(disputes).toMatchObject([{ dispute_status: `dispute_${outcome}` }])
    const { items } = await world.client.disputes.list({
      page_number: 0,
      dispute_status: `dispute_${outcome}`,
    })
    expect(items.map(item => item.dispute_id)).toEqual([dispute_id])
  })
}

test('rapid resolution loses a dispute at once, without a refund', async () => {
  const world = setUp()
  const { payment } = await paid(world, 5000)
  await world.dodo.control.openDispute(payment.payment_id, { rdr: true, stage: 'pre_dispute' })
  await world.clock.runDue()
  expect(world.types()).toEqual(['payment.succeeded', 'dispute.lost'])
  expect(world.received[1]?.data).toMatchObject({ payload_type: 'Dispute', is_resolved_by_rdr: true })
  expect((await world.client.payments.retrieve(payment.payment_id)).refunds).toEqual([])
})
