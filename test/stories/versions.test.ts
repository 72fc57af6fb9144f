import { afterEach, describe, expect, test } from 'bun:test'
import type { LagoVersion } from '../../sandbox/lago/rules/version.ts'
import { checkout, inLago, payableOf, paymentsOf, pressLink, until } from '../support/stories.ts'
import { eventually, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.stop())

const API_KEY = 'lago_key_sandbox'
const VERSIONS: LagoVersion[] = ['1.0', '1.41', 'main']

const start = (version: LagoVersion, premium: boolean) =>
  startWorld({
    lago: { version, premium, apiKey: API_KEY },
    dodo: { refunds: { initial: 'pending', final: 'succeeded', afterMs: 50 } },
    // Before 1.16 the API key itself signed webhooks.
    config: usual => ({
      lago: { ...usual.lago, hmacKeys: [...usual.lago.hmacKeys, API_KEY] },
      retrySchedule: [3_600_000],
      latePayments: 'refund',
    }),
  })

for (const version of VERSIONS)
  for (const premium of [true, false])
    describe(`Lago ${version} ${premium ? 'with' : 'without'} a licence`, () => {
      /** The oldest has no such route at all. */
      const records = premium && version !== '1.0'
      const settled = (id: string, amount: number) =>
        expect(world.lago.control.getInvoice({ invoice_id: id })).toMatchObject({
          payment_status: 'succeeded',
          ...(records && version !== '1.0' ? { total_due_amount_cents: 0 } : {}),
          ...(records ? { total_paid_amount_cents: amount } : {}),
        })

      test('declined, then paid', async () => {
        world = await start(version, premium)
        const { lago, dodo } = world
        const { lago_id: id } = lago.control.createInvoice({ fees: [2100] })
        await dodo.control.pay((await checkout(world, id)).id, { card: '4000000000009995' })
        await until(world, id, () => inLago(world, id).paymentStatus === 'failed')
        await dodo.control.pay((await pressLink(world, id)).to?.split('/').at(-1) ?? '')
        await until(world, id, row => row.state === 'paid' && row.attention.length === 0)
        settled(id, 2100)
        const captured = (await paymentsOf(world, id)).filter(p => p.status === 'succeeded')
        expect(captured).toMatchObject([{ recorded: 2100, via: records ? 'payment' : 'status' }])
      })

      test('paid twice: the second goes back', async () => {
        world = await start(version, premium)
        const { lago, dodo, bridge } = world
        const { lago_id: id } = lago.control.createInvoice({ fees: [2100] })
        const first = await checkout(world, id)
        await bridge.sql`update sessions set created_at = created_at - interval '2 days',
          expires_at = expires_at - interval '2 days', read_at = read_at - interval '2 days'`
        const second = (await pressLink(world, id)).to?.split('/').at(-1) ?? ''
        await dodo.control.pay(first.id)
        await dodo.control.pay(second)
        await eventually(
          () => paymentsOf(world, id),
          rows => rows.some(p => p.refunded === 2100),
        )
        await until(world, id, row => row.state === 'paid' && row.attention.length === 0)
        settled(id, 2100)
        expect((await paymentsOf(world, id)).map(p => p.recorded).sort()).toEqual([0, 2100])
        expect(dodo.faults.count('POST', '/refunds')).toBe(1)
      })

      test('paid after it was voided: the money goes back and Lago is told nothing', async () => {
        world = await start(version, premium)
        const { lago, dodo } = world
        const { lago_id: id } = lago.control.createInvoice({ fees: [2100] })
        const session = await checkout(world, id)
        lago.control.voidInvoice({ invoice_id: id })
        await until(world, id, row => row.state === 'closed')
        await dodo.control.pay(session.id)
        await eventually(
          () => paymentsOf(world, id),
          rows => rows[0]?.refunded === 2100,
        )
        await until(world, id, row => row.attention.length === 0)
        expect(inLago(world, id)).toMatchObject({ status: 'voided', paymentStatus: 'pending' })
        expect((await paymentsOf(world, id))[0]?.recorded).toBe(0)
      })

      test('a webhook that was lost is found by a look at both sides', async () => {
        world = await start(version, premium)
        const { lago, dodo } = world
        const { lago_id: id } = lago.control.createInvoice({ fees: [2100], silent: true })
        const { reconcile } = await import('../../src/cli/reconcile-command.ts')
        const nowhere = { out: () => {}, err: () => {} }
        expect(await reconcile(['--since', '1d'], world.config, nowhere)).toBe(0)
        dodo.deliveries.drop(() => true)
        await dodo.control.pay((await checkout(world, id)).id)
        expect(await reconcile(['--since', '1d'], world.config, nowhere)).toBe(0)
        settled(id, 2100)
        expect(await payableOf(world, id)).toMatchObject({ state: 'paid', attention: [] })
      })
    })
