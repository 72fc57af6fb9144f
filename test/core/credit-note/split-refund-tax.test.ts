import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { splitRefundTax } from '../../../src/core/credit-note/split-refund-tax.ts'

const payment = { paymentTotal: 1_190n, paymentTax: 190n, alreadyRefundedGross: 0n, alreadySplitTax: 0n }

describe('a refund of a payment with tax on top', () => {
  test('of everything gives back its net and its tax', () => {
    expect(splitRefundTax({ ...payment, refundGross: 1_190n })).toEqual({ net: 1_000n, tax: 190n })
  })

  test('of a part gives back the tax in proportion', () => {
    expect(splitRefundTax({ ...payment, refundGross: 119n })).toEqual({ net: 100n, tax: 19n })
    expect(splitRefundTax({ ...payment, refundGross: 3n })).toEqual({ net: 3n, tax: 0n })
    expect(splitRefundTax({ ...payment, refundGross: 4n })).toEqual({ net: 3n, tax: 1n })
  })

  test('in any series adds up exactly, no part of it below zero', () => {
    const money = fc.bigInt({ min: 1n, max: 10n ** 12n })
    const cuts = fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 12 })
    fc.assert(
      fc.property(money, fc.integer({ min: 0, max: 100 }), cuts, (paymentTotal, percent, parts) => {
        const paymentTax = (paymentTotal * BigInt(percent)) / 100n
        const sum = { gross: 0n, net: 0n, tax: 0n }
        const refund = (refundGross: bigint) => {
          const already = { alreadyRefundedGross: sum.gross, alreadySplitTax: sum.tax }
          const { net, tax } = splitRefundTax({ paymentTotal, paymentTax, refundGross, ...already })
          expect(net >= 0n && tax >= 0n && net + tax === refundGross).toBe(true)
          sum.gross += refundGross
          sum.net += net
          sum.tax += tax
        }
        for (const part of parts) refund(((paymentTotal - sum.gross) * BigInt(part)) / 100n)
        refund(paymentTotal - sum.gross)
        expect(sum).toEqual({ gross: paymentTotal, net: paymentTotal - paymentTax, tax: paymentTax })
      }),
      { numRuns: 2_000, seed: 7 },
    )
  })

  test('of amounts that cannot belong together is refused', () => {
    const bad = [
      { ...payment, refundGross: -1n },
      { ...payment, refundGross: 1_191n },
      { ...payment, refundGross: 1n, alreadyRefundedGross: 1_190n },
      { ...payment, refundGross: 1n, paymentTax: 1_191n },
      { ...payment, refundGross: 1n, paymentTax: -1n },
      { ...payment, refundGross: 1n, alreadySplitTax: -1n },
    ]
    for (const input of bad) expect(() => splitRefundTax(input)).toThrow(RangeError)
  })

  test('of nothing splits nothing, even of an empty payment', () => {
    expect(splitRefundTax({ ...payment, paymentTotal: 0n, paymentTax: 0n, refundGross: 0n })).toEqual({
      net: 0n,
      tax: 0n,
    })
  })

  test('never gives back more tax than it has money, when earlier splits were off', () => {
    expect(splitRefundTax({ ...payment, refundGross: 5n, alreadyRefundedGross: 1_000n })).toEqual({
      net: 0n,
      tax: 5n,
    })
    const tooMuch = { ...payment, refundGross: 5n, alreadyRefundedGross: 10n, alreadySplitTax: 100n }
    expect(splitRefundTax(tooMuch)).toEqual({ net: 5n, tax: 0n })
  })
})
