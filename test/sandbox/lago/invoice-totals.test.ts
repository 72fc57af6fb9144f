import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { invoiceTotals } from '../../../sandbox/lago/rules/invoice-totals.ts'
import { rig } from './support.ts'

describe('totals of an invoice', () => {
  test('coupons come before taxes, credit notes and prepaid credit after', () => {
    const { lago } = rig()
    const invoice = lago.control.createInvoice({
      fees: [1000, 500],
      coupons: [{ code: 'A', amount_cents: 200 }, 100],
      taxes: [20],
      credit_notes_amount_cents: 40,
      prepaid_credit_amount_cents: 400,
    })
    expect(invoice).toMatchObject({
      fees_amount_cents: 1500,
      coupons_amount_cents: 300,
      sub_total_excluding_taxes_amount_cents: 1200,
      taxes_amount_cents: 240,
      sub_total_including_taxes_amount_cents: 1440,
      credit_notes_amount_cents: 40,
      prepaid_credit_amount_cents: 400,
      total_amount_cents: 1000,
      total_due_amount_cents: 1000,
    })
    expect(invoice.fees?.map(fee => [fee.precise_coupons_amount_cents, fee.taxes_amount_cents])).toEqual([
      ['200.0', 160],
      ['100.0', 80],
    ])
    expect(invoice.credits?.map(credit => [credit.item.type, credit.amount_cents])).toEqual([
      ['coupon', 200],
      ['coupon', 100],
      ['credit_note', 40],
    ])
  })

  test('deductions never exceed what is there', () => {
    const { lago } = rig()
    const invoice = lago.control.createInvoice({
      fees: [100],
      coupons: [500],
      progressive_billing_credit_amount_cents: 30,
      prepaid_credit_amount_cents: 50,
    })
    expect(invoice).toMatchObject({
      progressive_billing_credit_amount_cents: 30,
      coupons_amount_cents: 70,
      prepaid_credit_amount_cents: 0,
      total_amount_cents: 0,
      payment_status: 'succeeded',
    })
  })

  test('the parts always add up', () => {
    const cents = fc.nat(2_000_000)
    const taxes = fc.uniqueArray(fc.integer({ min: 0, max: 3000 }), { maxLength: 4 })
    fc.assert(
      fc.property(
        fc.array(cents, { minLength: 1, maxLength: 8 }),
        taxes,
        cents,
        cents,
        (fees, rates, coupon, prepaid) => {
          const codes = rates.map(String)
          const totals = invoiceTotals({
            fees: fees.map(amount_cents => ({ amount_cents, tax_codes: codes })),
            taxes: rates.map(rate => ({ code: String(rate), rate: rate / 100 })),
            coupons_amount_cents: coupon,
            progressive_billing_credit_amount_cents: 0,
            credit_notes_amount_cents: 0,
            prepaid_credit_amount_cents: prepaid,
          })
          const spread = totals.fees.reduce((sum, fee) => sum + fee.precise_coupons_amount_cents, 0)
          expect(Math.abs(spread - totals.coupons_amount_cents)).toBeLessThan(0.001)
          expect(totals.total_amount_cents).toBe(
            totals.fees_amount_cents -
              totals.coupons_amount_cents +
              totals.taxes_amount_cents -
              totals.prepaid_credit_amount_cents,
          )
          expect(totals.total_amount_cents).toBeGreaterThanOrEqual(0)
        },
      ),
      { numRuns: 200 },
    )
  })
})
