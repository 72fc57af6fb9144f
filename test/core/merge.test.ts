import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Facts, FactsPatch, PaymentFact } from '../../src/core/facts.ts'
import type { DodoPaymentId, DodoRefundId } from '../../src/core/ids.ts'
import { mergeFacts, mergePayment } from '../../src/core/merge.ts'
import { plan } from '../../src/core/plan/index.ts'
import { facts, minutes, NOW, payment, policy, refund, session } from './plan/facts.ts'

const STATUSES = ['succeeded', 'failed', 'cancelled', 'processing', 'requires_customer_action', null]

/** Everything that one story's deliveries tell: two payments in any states, their refunds. */
const heard = fc
  .array(
    fc.record({
      id: fc.constantFrom('pay_1', 'pay_2'),
      status: fc.constantFrom(...STATUSES),
      at: fc.integer({ min: -60, max: -1 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map(events =>
    // One event has one time: what was said of a payment at the same moment is the same.
    [...new Map(events.map(e => [`${e.id}:${e.at}`, e])).values()],
  )
  .chain(events =>
    fc.tuple(
      fc.constant(
        events.map(
          (e): FactsPatch => ({
            payments: [
              payment({
                id: e.id as DodoPaymentId,
                status: e.status,
                readAt: minutes(e.at),
                createdAt: minutes(e.id === 'pay_1' ? -61 : -60),
              }),
            ],
          }),
        ),
      ),
      fc
        .boolean()
        .map((both): FactsPatch[] =>
          both
            ? [
                { refunds: [refund({ status: 'pending' })] },
                { refunds: [refund()] },
                { refunds: [refund({ id: 'ref_2' as DodoRefundId, amount: 200n })] },
              ]
            : [],
        ),
    ),
  )
  .map(([payments, refunds]) => [...payments, ...refunds])

const start = facts({ sessions: [session()], creditNotesReadAt: NOW })
const after = (patches: readonly FactsPatch[]): Facts => patches.reduce(mergeFacts, start)
const byId = <T extends { id: string }>(items: readonly T[]) =>
  [...items].sort((a, b) => (a.id < b.id ? -1 : 1))
const settled = (f: Facts) => ({ ...f, payments: byId(f.payments), refunds: byId(f.refunds) })

describe('deliveries in any order and number', () => {
  test('give the same facts and the same plan', () => {
    fc.assert(
      fc.property(heard, fc.infiniteStream(fc.nat()), (patches, random) => {
        const doubled = [...patches, ...patches.filter(() => (random.next().value ?? 0) % 2 === 0)]
        const shuffled = doubled
          .map(p => [random.next().value ?? 0, p] as const)
          .sort((a, b) => a[0] - b[0])
          .map(([, p]) => p)
        const [inOrder, anyOrder] = [settled(after(patches)), settled(after(shuffled))]
        expect(anyOrder).toEqual(inOrder)
        expect(plan(anyOrder, policy(), NOW)).toEqual(plan(inOrder, policy(), NOW))
      }),
      { numRuns: 3000 },
    )
  })

  test('never take a success back', () => {
    const anyPayment = fc
      .record({ status: fc.constantFrom(...STATUSES), at: fc.integer({ min: -60, max: 60 }) })
      .map(({ status, at }): PaymentFact => payment({ status, readAt: minutes(at) }))
    fc.assert(
      fc.property(anyPayment, anyPayment, (a, b) => {
        const merged = mergePayment(a, b)
        expect(merged.status === 'succeeded').toBe(a.status === 'succeeded' || b.status === 'succeeded')
      }),
    )
  })
})
