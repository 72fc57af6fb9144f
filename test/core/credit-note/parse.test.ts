import { describe, expect, test } from 'bun:test'
import { parseCreditableInvoice } from '../../../src/core/credit-note/parse.ts'

const fee = {
  lago_id: 'fee_0',
  amount_cents: 1_000,
  taxes_amount_cents: 160,
  taxes_rate: 20.0,
  precise_coupons_amount_cents: '200.0',
  item: { type: 'subscription' },
}
const invoice = {
  lago_id: 'inv_0',
  invoice_type: 'one_off',
  payment_status: 'succeeded',
  version_number: 4,
  total_amount_cents: 900,
  total_due_amount_cents: 0,
  total_paid_amount_cents: 900,
  taxes_amount_cents: 160,
  coupons_amount_cents: 200,
  sub_total_including_taxes_amount_cents: 960,
  fees: [fee],
}
const note = {
  lago_id: 'cn_0',
  lago_invoice_id: 'inv_0',
  credit_amount_cents: 10,
  refund_amount_cents: 20,
  offset_amount_cents: 3,
  total_amount_cents: 33,
  taxes_amount_cents: 6,
  precise_taxes_amount_cents: '5.50001',
  sub_total_excluding_taxes_amount_cents: 27,
  items: [{ lago_id: 'i', amount_cents: 34, precise_amount_cents: '34.375', fee: { lago_id: 'fee_0' } }],
}

test('reads an invoice and its credit notes as Lago sends them', () => {
  expect(parseCreditableInvoice(invoice, [note])).toEqual({
    invoiceType: 'one_off',
    versionNumber: 4,
    paymentSucceeded: true,
    totalCents: 900n,
    totalPaidCents: 900n,
    billedCents: 960n,
    fees: [{ feeId: 'fee_0', amountCents: 1_000n, couponsE5: 20_000_000n, taxRateE9: 20_000_000_000n }],
    earlierNotes: [
      {
        creditCents: 10n,
        refundCents: 20n,
        offsetCents: 3n,
        taxesCents: 6n,
        preciseTaxesE5: 550_001n,
        subTotalCents: 27n,
        items: [{ feeId: 'fee_0', amountCents: 34n }],
      },
    ],
  })
})

test('leaves out notes of another invoice', () => {
  expect(parseCreditableInvoice(invoice, [{ ...note, lago_invoice_id: 'inv_1' }]).earlierNotes).toEqual([])
})

test('floating point in a summed tax rate is not taken for tax', () => {
  const fees = [{ ...fee, taxes_rate: 0.1 + 0.2, taxes_amount_cents: 2 }]
  expect(parseCreditableInvoice({ ...invoice, taxes_amount_cents: 2, fees }, []).fees[0]?.taxRateE9).toBe(
    300_000_000n,
  )
})

describe('an older Lago', () => {
  const { total_paid_amount_cents: _, ...withoutPaid } = invoice

  test('that does not say what was paid counts a settled invoice as paid', () => {
    expect(parseCreditableInvoice(withoutPaid, []).totalPaidCents).toBe(900n)
  })

  test('that says what is due counts the rest as paid', () => {
    const partly = { ...withoutPaid, payment_status: 'pending', total_due_amount_cents: 350 }
    expect(parseCreditableInvoice(partly, []).totalPaidCents).toBe(550n)
    expect(parseCreditableInvoice({ ...partly, total_due_amount_cents: null }, []).totalPaidCents).toBe(0n)
  })

  test('that does not share coupons out by fee has them shared by amount', () => {
    const fees = [
      { lago_id: 'a', amount_cents: 300, taxes_rate: 20 },
      { lago_id: 'b', amount_cents: 100, taxes_rate: 20 },
    ]
    const parsed = parseCreditableInvoice({ ...invoice, taxes_amount_cents: 40, fees }, [])
    expect(parsed.fees.map(each => each.couponsE5)).toEqual([15_000_000n, 5_000_000n])
  })

  test('that deducts coupons after tax has none in its credit notes', () => {
    const parsed = parseCreditableInvoice({ ...invoice, version_number: 2, taxes_amount_cents: 200 }, [])
    expect(parsed.fees[0]).toMatchObject({ couponsE5: 0n, taxRateE9: 20_000_000_000n })
  })

  test('that sends no tax rate of a fee has it worked out from the tax', () => {
    const fees = [{ ...fee, taxes_rate: null }]
    expect(parseCreditableInvoice({ ...invoice, fees }, []).fees[0]?.taxRateE9).toBe(20_000_000_000n)
  })

  test('that sends less of a credit note has the rest worked out', () => {
    const short = { refund_amount_cents: 20, taxes_amount_cents: 4 }
    expect(parseCreditableInvoice(invoice, [short]).earlierNotes[0]).toEqual({
      creditCents: 0n,
      refundCents: 20n,
      offsetCents: 0n,
      taxesCents: 4n,
      preciseTaxesE5: 400_000n,
      subTotalCents: 16n,
      items: [],
    })
  })
})

test('a tax provider that taxes half of a fee is credited at half the rate', () => {
  const fees = [{ ...fee, precise_coupons_amount_cents: '0.0', taxes_amount_cents: 100 }]
  const parsed = parseCreditableInvoice(
    { ...invoice, coupons_amount_cents: 0, taxes_amount_cents: 100, fees },
    [],
  )
  expect(parsed.fees[0]?.taxRateE9).toBe(10_000_000_000n)
})

test('what is no invoice is refused, not guessed', () => {
  expect(() => parseCreditableInvoice({ ...invoice, fees: undefined }, [])).toThrow()
  expect(() => parseCreditableInvoice({ ...invoice, fees: [{ ...fee, amount_cents: 10.5 }] }, [])).toThrow()
  expect(() => parseCreditableInvoice({ ...invoice, fees: [{ ...fee, taxes_rate: 'twenty' }] }, [])).toThrow(
    RangeError,
  )
})
