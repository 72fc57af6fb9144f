import { describe, expect, test } from 'bun:test'
import { creditNoteItems } from '../../../src/core/credit-note/items.ts'
import { refundable, remainingByFee } from '../../../src/core/credit-note/refundable.ts'
import { type InvoiceSketch, paidInvoice, post, read } from './lago-invoice.ts'

const sketch = (changes: Partial<InvoiceSketch>): InvoiceSketch => ({
  currency: 'USD',
  fees: [{ amount: 1_000, taxes: [0] }],
  rates: [20],
  coupons: 0,
  progressiveCredit: 0,
  creditNotes: 0,
  prepaid: 0,
  paidShare: 1,
  version: '1.51',
  ...changes,
})

const couponed = sketch({
  fees: [
    { amount: 1_000, taxes: [0] },
    { amount: 500, taxes: [0] },
  ],
  coupons: 300,
})

const refund = (invoice: ReturnType<typeof paidInvoice>, cents: bigint) => {
  const outcome = creditNoteItems(read(invoice), cents)
  if (outcome.kind === 'refused') throw new Error(outcome.detail)
  const items = outcome.items.map(item => ({ fee_id: item.feeId, amount_cents: item.amount }))
  return { outcome, items, verdict: post(invoice, { refund_amount_cents: Number(cents), items }) }
}

describe('fees of 1000 and 500 under a coupon of 300, taxed at 20 %', () => {
  const cases: [bigint, number[], { adjustment: number; taxes: number; total: number }][] = [
    [1_440n, [1_000, 500], { adjustment: 300, taxes: 240, total: 1_440 }],
    [500n, [347, 174], { adjustment: 104, taxes: 83, total: 500 }],
    [1n, [1], { adjustment: 0, taxes: 0, total: 1 }],
    [1_439n, [999, 500], { adjustment: 300, taxes: 240, total: 1_439 }],
  ]
  for (const [cents, amounts, { adjustment, taxes, total }] of cases)
    test(`a refund of ${cents} takes ${amounts.join(' + ')} off the fees`, () => {
      const { outcome, verdict } = refund(paidInvoice(couponed), cents)
      expect(outcome).toMatchObject({ expectedTotal: cents, uncertain: false })
      expect(outcome.items.map(item => item.amount)).toEqual(amounts)
      expect(verdict).toMatchObject({
        ok: true,
        note: {
          coupons_adjustment_amount_cents: adjustment,
          taxes_amount_cents: taxes,
          total_amount_cents: total,
          refund_amount_cents: total,
        },
      })
    })

  test('500 and then the rest close the invoice, the rounded tax of the first given back by the second', () => {
    const invoice = paidInvoice(couponed)
    refund(invoice, 500n)
    const { items, verdict } = refund(invoice, 940n)
    expect(items.map(item => item.amount_cents)).toEqual([653, 326])
    expect(verdict).toMatchObject({ note: { refund_amount_cents: 940, taxes_amount_cents: 157 } })
    expect(refundable(read(invoice)).cents).toBe(0n)
  })
})

test('whole amounts that Lago would move by a cent give way to fractions it does not move', () => {
  const { items, verdict } = refund(paidInvoice(sketch({})), 3n)
  expect(items).toEqual([{ fee_id: 'fee_0', amount_cents: 2.49999 }])
  expect(verdict).toMatchObject({ note: { refund_amount_cents: 3, taxes_amount_cents: 1 } })
})

test('one cent at a time comes to the last cent', () => {
  for (const fees of [[8], [12, 3], [7, 0, 5, 11], [100]])
    for (const rate of [0, 7, 19, 20, 25])
      for (const coupons of [0, 3]) {
        const rows = fees.map(amount => ({ amount, taxes: [0] }))
        const invoice = paidInvoice(sketch({ fees: rows, rates: [rate], coupons }))
        const total = refundable(read(invoice)).cents
        for (let left = total; left > 0n; left--) {
          expect(refundable(read(invoice)).cents).toBe(left)
          expect(refund(invoice, 1n).verdict).toMatchObject({ ok: true, note: { refund_amount_cents: 1 } })
        }
        expect(creditNoteItems(read(invoice), 1n)).toMatchObject({ kind: 'refused', reason: 'exceeds_paid' })
      }
})

test('after a hundred refunds of a cent the rest still stands on units of the fee, not on splinters', () => {
  const invoice = paidInvoice(sketch({ fees: [{ amount: 200, taxes: [0] }] }))
  for (let count = 0; count < 100; count++) expect(refund(invoice, 1n).items.length).toBeLessThanOrEqual(2)
  expect(refund(invoice, 139n).items.length).toBeLessThanOrEqual(8)
  expect(refund(invoice, 1n).verdict).toMatchObject({ ok: true, note: { refund_amount_cents: 1 } })
})

test('twenty equal refunds of an odd amount use the fees up with the last', () => {
  for (const [cents, coupons] of [
    [77n, 263],
    [123n, 0],
    [1_001n, 4_444],
  ] as const) {
    const fees = [
      { amount: 9_000, taxes: [0] },
      { amount: 17_003, taxes: [0] },
    ]
    const invoice = paidInvoice(sketch({ fees, coupons, rates: [19] }))
    for (let count = 0; count < 20; count++) refund(invoice, cents)
    expect(refund(invoice, refundable(read(invoice)).cents).items.length).toBe(2)
    expect([...remainingByFee(read(invoice)).values()]).toEqual([0n, 0n])
  }
})

test('every single amount of a small invoice is booked exactly', () => {
  for (const rates of [[], [20], [5, 9.975], [7, 19]])
    for (const coupons of [0, 17, 120]) {
      const fees = [
        { amount: 61, taxes: [0, 1] },
        { amount: 0, taxes: [0] },
        { amount: 83, taxes: [1] },
      ]
      const total = refundable(read(paidInvoice(sketch({ fees, rates, coupons })))).cents
      for (let cents = 1n; cents <= total; cents++) {
        const { verdict } = refund(paidInvoice(sketch({ fees, rates, coupons })), cents)
        expect(verdict).toMatchObject({ ok: true, note: { refund_amount_cents: Number(cents) } })
      }
    }
})

test('fees that a wallet paid for in part keep their share', () => {
  const invoice = paidInvoice(sketch({ prepaid: 700 }))
  expect(refundable(read(invoice))).toEqual({ cents: 500n, limit: 'exceeds_paid' })
  refund(invoice, 500n)
  expect(remainingByFee(read(invoice)).get('fee_0')).toBe(583n)
  expect(creditNoteItems(read(invoice), 1n)).toMatchObject({ reason: 'exceeds_paid' })
})

test('a credit note given for the future lowers what can be refunded', () => {
  const invoice = paidInvoice(sketch({}))
  post(invoice, { credit_amount_cents: 1_080, items: [{ fee_id: 'fee_0', amount_cents: 900 }] })
  expect(refundable(read(invoice))).toEqual({ cents: 120n, limit: 'exceeds_creditable' })
  expect(refund(invoice, 120n).items).toEqual([{ fee_id: 'fee_0', amount_cents: 100 }])
  expect(creditNoteItems(read(invoice), 1n)).toMatchObject({ kind: 'refused', reason: 'exceeds_creditable' })
})

test('where tax is most of the net and no items hit the refund, the cent Lago will book is told', () => {
  const invoice = paidInvoice(sketch({ rates: [60] }))
  const { outcome, verdict } = refund(invoice, 4n)
  expect(outcome).toMatchObject({ expectedTotal: 3n, uncertain: true })
  expect(verdict).toMatchObject({ ok: true, note: { refund_amount_cents: 3 } })
})

test('three thousand fees and a trillion of minor units are no problem', () => {
  const fees = Array.from({ length: 3_000 }, (_, index) => ({
    amount: (index * 7_919) % 1_000,
    taxes: [index % 2],
  }))
  const many = paidInvoice(sketch({ fees, rates: [20, 7], coupons: 12_345 }))
  expect(refund(many, 777_777n).verdict).toMatchObject({ ok: true, note: { refund_amount_cents: 777_777 } })
  refund(many, refundable(read(many)).cents)
  expect(refundable(read(many)).cents).toBe(0n)

  const huge = paidInvoice(sketch({ fees: [{ amount: 1_000_000_000_000, taxes: [0] }], currency: 'JPY' }))
  expect(refund(huge, 600_000_000_001n).verdict).toMatchObject({
    note: { refund_amount_cents: 600_000_000_001 },
  })
  expect(refund(huge, 599_999_999_999n).verdict).toMatchObject({
    note: { refund_amount_cents: 599_999_999_999 },
  })
  expect(remainingByFee(read(huge)).get('fee_0')).toBe(0n)
})
