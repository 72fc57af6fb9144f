import { afterEach, expect, test } from 'bun:test'
import { guarded } from '../../src/cli/command.ts'
import { payables } from '../../src/cli/payables-command.ts'
import { checkout, inLago, keyOf, until } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

async function run(...args: string[]) {
  let text = ''
  let errors = ''
  const output = {
    out: (line: string) => {
      text += `${line}\n`
    },
    err: (line: string) => {
      errors += line
    },
  }
  return { code: await guarded(payables, args, world.config, output), text, errors }
}

const actions = () =>
  world.bridge.sql<{ action: string; by: string; reason: string | null; note: string }[]>`
    select action, by, reason, note from actions order by id`

async function late() {
  const { lago_id: id, number } = world.lago.control.createInvoice({ fees: [1200] })
  const session = await checkout(world, id)
  world.lago.control.voidInvoice({ invoice_id: id })
  await until(world, id, row => row.state === 'closed')
  const payment = await world.dodo.control.pay(session.id)
  await until(world, id, row => row.attention.length > 0)
  return { id, number, payment: payment.payment_id }
}

test('what waits for a person is listed, shown with what to do, and resolved with who and why', async () => {
  world = await startWorld()
  const { id, number, payment } = await late()
  world.lago.control.createInvoice({ fees: [100] })

  const list = await run('list', '--parked')
  expect(list.text).toMatch(new RegExp(`^invoice .*\\n${number} .*closed +late_payment`))
  expect(list.text.trim().split('\n')).toHaveLength(2)

  const { text } = await run('show', number)
  expect(text).toContain('WAITS FOR A PERSON: late_payment')
  expect(text).toContain('Refund it in Dodo')
  for (const word of ['webhook', 'call', 'checkout', 'payment', 'notice']) expect(text).toContain(` ${word} `)
  expect(text).toMatch(new RegExp(`payment +${payment} +succeeded +USD 12\\.00`))

  expect(
    await run('resolve', number, 'late_payment', payment, '--by', 'ada', '--note', 'kept as a tip'),
  ).toMatchObject({ code: 0 })
  await until(world, id, row => row.attention.length === 0)
  expect([...(await actions())]).toEqual([
    { action: 'resolve', by: 'ada', reason: 'late_payment', note: 'kept as a tip' },
  ])
  expect((await run('list', '--parked')).text).toBe('There is none.\n')
  expect((await run('show', id)).text).toMatch(/action +resolve +ada +late_payment, pay_\w+, kept as a tip/)
})

test('what it does not wait for cannot be resolved', async () => {
  world = await startWorld()
  const { number, payment } = await late()
  expect(await run('resolve', number, 'late_payment', 'pay_other')).toMatchObject({ code: 1 })
  expect(await run('resolve', number, 'stuck', payment)).toMatchObject({ code: 1 })
  expect(await actions()).toHaveLength(0)
  expect((await run('list', '--reason', 'late_payment')).text).toContain(number)
})

test('a write-off settles everything it waits for, once', async () => {
  world = await startWorld()
  const { id, number } = await late()
  expect(await run('write-off', number, '--by', 'ada')).toMatchObject({ code: 0, text: '1 written off.\n' })
  await until(world, id, row => row.attention.length === 0)
  expect([...(await actions())]).toMatchObject([{ action: 'write_off', by: 'ada', reason: 'late_payment' }])
  expect(await run('write-off', number)).toMatchObject({ code: 1 })
})

test('a refused call is tried again by retry, and only then', async () => {
  world = await startWorld()
  const { lago, dodo } = world
  const refusal = {
    kind: 'status',
    status: 422,
    body: { code: 'UNSUPPORTED_COUNTRY', message: 'no' },
  } as const
  const mend = dodo.faults.add({ method: 'POST', path: '/checkouts', fault: refusal })
  const { lago_id: id } = lago.control.createInvoice({ fees: [1200] })
  const row = await until(world, id, r => r.attention.length > 0)
  expect(row.attention).toMatchObject([{ reason: 'checkout_refused' }])
  expect(dodo.faults.count('POST', '/checkouts')).toBe(1)
  mend()
  expect(await run('retry', id, '--by', 'ada', '--note', 'country mended')).toMatchObject({ code: 0 })
  expect(await checkout(world, id)).toMatchObject({ amount: 1200 })
  await until(world, id, r => r.attention.length === 0)
  expect([...(await actions())]).toMatchObject([{ action: 'retry', by: 'ada', note: 'country mended' }])
})

test('a refund that failed at Dodo is made again by retry', async () => {
  world = await startWorld({ config: { latePayments: 'refund' }, dodo: { refunds: { initial: 'pending' } } })
  const { lago, dodo } = world
  const { lago_id: id } = lago.control.createInvoice({ fees: [1200] })
  const session = await checkout(world, id)
  lago.control.voidInvoice({ invoice_id: id })
  await until(world, id, row => row.state === 'closed')
  await dodo.control.pay(session.id)
  await until(world, id, () => dodo.state.refunds.all().length === 1)
  await dodo.control.settleRefund(dodo.state.refunds.all()[0]?.refund.refund_id ?? '', 'failed')
  const row = await until(world, id, r => r.attention.length > 0)
  expect(row.attention).toMatchObject([{ reason: 'refund_failed' }])

  dodo.control.scriptRefunds('*', { initial: 'pending', final: 'succeeded', afterMs: 20 })
  await run('retry', id)
  const statuses = () =>
    dodo.state.refunds
      .all()
      .map(r => r.refund.status)
      .sort()
      .join()
  await eventually(statuses, seen => seen === 'failed,succeeded')
  await until(world, id, r => r.attention.length === 0)
  expect(inLago(world, id)).toMatchObject({ status: 'voided', paid: 0 })
})

test('an invoice is found by its id, its number or its key, and programs get JSON', async () => {
  world = await startWorld()
  const { lago_id: id, number } = world.lago.control.createInvoice({ fees: [1200] })
  await checkout(world, id)
  for (const name of [id, number, keyOf(id)]) {
    const { text, code } = await run('show', name, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(text)).toMatchObject({ key: keyOf(id), invoice: number, state: 'open', due: '1200' })
  }
})

test('what is not understood is answered with what to write instead', async () => {
  world = await startWorld()
  expect(await run()).toMatchObject({ code: 2, text: expect.stringContaining('bun run payables <command>') })
  expect(await run('show', 'nothing')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('nothing is known of nothing'),
  })
  expect(await run('list', '--reason', 'whim')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('--reason is one of'),
  })
  expect(await run('list', '--nonsense')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('nonsense'),
  })
})
