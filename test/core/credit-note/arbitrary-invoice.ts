import fc from 'fast-check'
import type { LagoVersion } from '../../../sandbox/lago/rules/version.ts'
import type { InvoiceSketch } from './lago-invoice.ts'

const amount = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 30 }) },
  { weight: 6, arbitrary: fc.integer({ min: 31, max: 200_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 200_001, max: 1_000_000_000_000 }) },
)

const rate = fc.oneof(
  fc.constantFrom(0, 2.5, 5, 5.5, 7, 8.875, 9.975, 10, 18, 19, 20, 21, 25, 27),
  fc.integer({ min: 0, max: 28_000 }).map(thousandths => thousandths / 1_000),
)

/** Together below half of the net: from there on Lago's rounding leaves gaps no items can hit. */
const realistic = (rates: number[]): number[] =>
  rates.reduce((sum, each) => sum + each, 0) < 49.9
    ? rates
    : rates.map(each => Math.floor(each * 400) / 1_000)

/** Fee counts as Lago has them: mostly a handful, sometimes fifty. */
const feeCount = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 3, arbitrary: fc.integer({ min: 4, max: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 13, max: 50 }) },
)

const maybe = (share: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: share })
const share = fc.integer({ min: 1, max: 90 }).map(percent => percent / 100)

/** A finalized invoice with 1 to 50 fees, up to 4 taxes on each, coupons, progressive billing, notes and prepaid credit. */
export const anyInvoice: fc.Arbitrary<InvoiceSketch> = fc
  .record({
    currency: fc.constantFrom('USD' as const, 'JPY' as const),
    rates: fc.array(rate, { maxLength: 4 }).map(realistic),
    count: feeCount,
    uniform: fc.boolean(),
    coupons: maybe(share),
    progressive: maybe(share),
    creditNotes: maybe(share),
    prepaid: maybe(share),
    paidShare: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: share }),
    version: fc.constantFrom<LagoVersion[]>('1.22', '1.39', '1.41', '1.51', 'main'),
  })
  .chain(({ currency, rates, count, uniform, paidShare, version, ...shares }) => {
    const all = rates.map((_, index) => index)
    const taxes = uniform ? fc.constant(all) : fc.subarray(all)
    return fc.array(fc.record({ amount, taxes }), { minLength: count, maxLength: count }).map(fees => {
      const total = fees.reduce((sum, fee) => sum + fee.amount, 0)
      const coupons = Math.floor(total * shares.coupons)
      return {
        currency,
        paidShare,
        version,
        rates,
        fees,
        coupons,
        progressiveCredit: Math.floor((total - coupons) * shares.progressive),
        creditNotes: Math.floor((total - coupons) * shares.creditNotes * 0.5),
        prepaid: Math.floor((total - coupons) * shares.prepaid * 0.5),
      }
    })
  })

/** How much of what is left a note is over: a cent, a few, or a share of it. */
export type Slice = { kind: 'cents'; cents: number } | { kind: 'share'; percent: number }

export const slice: fc.Arbitrary<Slice> = fc.oneof(
  fc.integer({ min: 1, max: 9 }).map(cents => ({ kind: 'cents' as const, cents })),
  fc.integer({ min: 1, max: 99 }).map(percent => ({ kind: 'share' as const, percent })),
)

/** A note someone made by hand: whole items, given as credit, refund or both. */
export type HandMadeNote = { percents: number[]; refundShare: number }

export const handMadeNote: fc.Arbitrary<HandMadeNote> = fc.record({
  percents: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 }),
  refundShare: fc.constantFrom(0, 0.5, 1),
})

export const sliceOf = (most: bigint, part: Slice): bigint => {
  const cents = part.kind === 'cents' ? BigInt(part.cents) : (most * BigInt(part.percent)) / 100n
  return cents < 1n ? 1n : cents > most ? most : cents
}
