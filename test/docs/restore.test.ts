import { afterEach, expect, test } from 'bun:test'
import { startBridge } from '../../src/bridge.ts'
import { payables } from '../../src/cli/payables-command.ts'
import { reconcile } from '../../src/cli/reconcile-command.ts'
import { copyDatabase } from '../support/database.ts'
import { silentLog } from '../support/log.ts'
import { checkout, inLago, payableOf, paymentsOf, pressLink, quiet } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'
import { command } from './support.ts'

let world: World
afterEach(() => world.stop())

type Made = { id: string; number: string; session: string }

async function invoice(): Promise<Made> {
  const { lago_id: id, number } = world.lago.control.createInvoice({ fees: [5000] })
  return { id, number, session: (await checkout(world, id)).id }
}

async function paid(made: Made): Promise<string> {
  const { payment_id } = await world.dodo.control.pay(made.session)
  await eventually(
    () => inLago(world, made.id),
    ({ paymentStatus }) => paymentStatus === 'succeeded',
  )
  await quiet(world)
  return payment_id
}

const linkOf = ({ id }: Made) =>
  world.lago.control.getInvoice({ invoice_id: id }).metadata?.find(m => m.key === 'dodo_payment_url')?.value

async function startOn(databaseUrl: string): Promise<void> {
  await world.bridge.stop()
  const config = { ...world.config, databaseUrl, port: world.bridge.port }
  world = { ...world, config, bridge: await startBridge({ config, log: silentLog }) }
}

test('after an old backup is restored, reconcile finds all that happened since, and nothing is paid or refunded twice', async () => {
  world = await startWorld({ config: { sweep: { intervalMs: 3_600_000 } } })
  const { lago, dodo } = world
  const refunded = await invoice()
  const refundedBy = await paid(refunded)
  const open = await invoice()
  const untouched = await invoice()
  await quiet(world)
  await world.bridge.stop()
  const backup = await copyDatabase(world.config.databaseUrl)

  await startOn(world.config.databaseUrl)
  await paid(open)
  const newAndPaid = await invoice()
  const newPayment = await paid(newAndPaid)
  const newAndOpen = await invoice()
  const newAndPaidMeanwhile = await invoice()
  const oldLink = linkOf(newAndOpen)
  await dodo.control.createRefund(refundedBy, 1000)
  await eventually(
    () => lago.faults.count('POST', '/api/v1/credit_notes'),
    count => count === 1,
  )
  await quiet(world)
  await world.bridge.stop()
  // The customer pays while nothing runs, and no webhook of it will ever come.
  lago.deliveries.drop(() => true)
  dodo.deliveries.drop(() => true)
  const { payment_id: missed } = await dodo.control.pay(newAndPaidMeanwhile.session)

  await startOn(backup)
  const dry = await command(world, reconcile, '--since', '2d', '--dry-run')
  expect(dry.code).toBe(1)
  expect(dry.text).toContain('7 differences. Nothing was changed.')
  const mended = await command(world, reconcile, '--since', '2d')
  expect(mended.text).toContain('7 differences: 4 mended, 3 wait for a person, 0 remain.')
  expect(mended.code).toBe(0)
  await quiet(world)

  // What the backup knew is as it was, and no effect was repeated.
  expect(await paymentsOf(world, open.id)).toMatchObject([
    { status: 'succeeded', recorded: 5000, via: 'payment' },
  ])
  expect(await paymentsOf(world, refunded.id)).toMatchObject([{ refunded: 1000 }])
  expect(await payableOf(world, untouched.id)).toMatchObject({ state: 'open', attention: [] })
  expect(lago.faults.count('POST', '/api/v1/payments')).toBe(3)
  expect(lago.faults.count('POST', '/api/v1/credit_notes')).toBe(1)
  expect(dodo.state.refunds.size).toBe(1)

  // A checkout that the backup does not know proves nothing: its payment waits for a person.
  for (const [made, payment] of [
    [newAndPaid, newPayment],
    [newAndPaidMeanwhile, missed],
  ] as const)
    expect(await payableOf(world, made.id)).toMatchObject({
      attention: [{ reason: 'session_mismatch', about: payment }],
    })
  expect(inLago(world, newAndPaidMeanwhile.id)).toMatchObject({ paymentStatus: 'pending', paid: 0 })

  // The link of an invoice that is newer than the backup is another one now.
  expect((await fetch(oldLink?.replace('http://localhost:3000', world.bridge.url) ?? '')).status).toBe(404)
  expect(linkOf(newAndOpen)).not.toBe(oldLink)
  expect((await pressLink(world, newAndOpen.id)).status).toBe(302)
  expect(await pressLink(world, newAndPaidMeanwhile.id)).toMatchObject({ status: 200, to: null })

  // As the guide says: what Lago has already is resolved; what it has not is recorded by hand, then resolved.
  lago.control.recordPaymentByOperator({
    invoice_id: newAndPaidMeanwhile.id,
    amount_cents: 5000,
    reference: missed,
  })
  expect(
    (await command(world, payables, 'resolve', newAndPaid.number, 'session_mismatch', newPayment)).code,
  ).toBe(0)
  expect(
    (await command(world, payables, 'resolve', newAndPaidMeanwhile.number, 'session_mismatch', missed)).code,
  ).toBe(0)
  await quiet(world)
  expect(inLago(world, newAndPaidMeanwhile.id)).toMatchObject({ paymentStatus: 'succeeded', paid: 5000 })
  expect((await command(world, payables, 'list', '--parked')).text).toBe('There is none.')
  const again = await command(world, reconcile, '--since', '2d', '--dry-run')
  expect(again).toEqual({ code: 0, text: 'Nothing differs.' })
}, 60_000)

test('a ledger is as old as its backup: a payment for a top-up that is not there waits for a person', async () => {
  world = await startWorld({
    config: usual => ({
      sweep: { intervalMs: 3_600_000 },
      adminTokens: ['an-administrator'],
      topup: {
        ...usual.topup,
        balance: 'ledger',
        userTokenSecret: 'a secret of the tests, of more than 32 bytes',
      },
    }),
  })
  const ask = async (path: string, token: string, body?: object) => {
    const answer = await fetch(`${world.bridge.url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return (await answer.json()) as Record<string, string> & { credits: number }
  }
  const { user_token: user = '' } = await ask('/v1/tokens', 'an-administrator', { user_id: 'user_1' })
  const buy = async () => {
    const { topup_id } = await ask('/v1/balance/topups/create', user, { credits: 5_000_000 })
    const { provider_session_id: session = '' } = await ask('/v1/payment/checkout/create', user, {
      method_id: 'dodo',
      topup_id,
    })
    return (await world.dodo.control.pay(session)).payment_id
  }
  const credits = async () => (await ask('/v1/balance/me', user)).credits
  await buy()
  await eventually(credits, seen => seen === 5_000_000)
  await quiet(world)
  await world.bridge.stop()
  const backup = await copyDatabase(world.config.databaseUrl)
  await startOn(world.config.databaseUrl)
  const lost = await buy()
  await eventually(credits, seen => seen === 10_000_000)
  await quiet(world)
  await startOn(backup)

  expect((await command(world, reconcile, '--since', '2d')).text).toContain('Nobody knows this top-up.')
  expect(await credits()).toBe(5_000_000)
  expect((await command(world, payables, 'list', '--parked')).text).toBe('There is none.')

  // Yesterday's payment is older than the ten minutes in which a top-up may still appear.
  await world.bridge.sql`update payments set created_at = created_at - interval '1 day' where id = ${lost}`
  await world.bridge.sql`update payables set due_at = now(), kicks = kicks + 1 where state = 'waiting'`
  await eventually(
    async () => (await command(world, payables, 'list', '--parked')).text,
    text => text.includes('topup_not_found'),
  )
  expect(await credits()).toBe(5_000_000)
  expect(world.dodo.state.refunds.size).toBe(0)
}, 60_000)
