import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type CreditableInvoice, checkCreditNote } from '../../../sandbox/lago/credit-note-rules.ts'
import { formatE5 } from '../../../sandbox/lago/rules/fixed-point.ts'
import { invoiceTotals } from '../../../sandbox/lago/rules/invoice-totals.ts'
import { remainingTotal, spreadOverFees } from '../../../sandbox/lago/rules/spread-over-fees.ts'

const codes = ['a', 'b', 'c', 'd']

const paidInvoice = fc
  .record({
    fees: fc.array(
      fc.record({
        amount_cents: fc.integer({ min: 0, max: 500_000 }),
        tax_codes: fc.subarray(codes),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    rates: fc.tuple(...codes.map(() => fc.integer({ min: 0, max: 2500 }))),
    coupons: fc.integer({ min: 0, max: 300_000 }),
  })
  .map(({ fees, rates, coupons }): CreditableInvoice => {
    const taxes = codes.map((code, index) => ({ code, name: code, rate: (rates[index] ?? 0) / 100 }))
    const totals = invoiceTotals({
      fees,
      taxes,
      coupons_amount_cents: coupons,
      progressive_billing_credit_amount_cents: 0,
      credit_notes_amount_cents: 0,
      prepaid_credit_amount_cents: 0,
    })
    return {
      ...totals,
      status: 'finalized',
      invoice_type: 'subscription',
      payment_status: 'succeeded',
      version_number: 4,
      total_paid_amount_cents: totals.total_amount_cents,
      fees: fees.map((fee, index) => ({
        ...fee,
        id: String(index),
        precise_coupons_amount_cents: totals.fees[index]?.precise_coupons_amount_cents ?? 0,
      })),
      taxes,
      notes: [],
    }
  })
  .filter(invoice => invoice.total_amount_cents > 0)

const refund = (invoice: CreditableInvoice, amount: number) =>
  checkCreditNote({
    version: '1.51',
    premium: true,
    invoice,
    request: { refund_amount_cents: amount, items: spreadOverFees(invoice, amount) },
  })

describe('refunds spread over the fees', () => {
  test('all that was paid can be refunded in one note', () => {
    fc.assert(
      fc.property(paidInvoice, invoice => {
        expect(Math.abs(remainingTotal(invoice) - invoice.total_amount_cents)).toBeLessThanOrEqual(1)
        const verdict = refund(invoice, invoice.total_amount_cents)
        expect(verdict).toMatchObject({ ok: true })
      }),
      { numRuns: 300 },
    )
  })

  test('any part can be refunded, and the note gives it to within one', () => {
    fc.assert(
      fc.property(paidInvoice, fc.double({ min: 0, max: 1, noNaN: true }), (invoice, share) => {
        const amount = Math.max(1, Math.floor(invoice.total_amount_cents * share))
        const verdict = refund(invoice, amount)
        if (!verdict.ok) throw new Error(JSON.stringify(verdict))
        const { note } = verdict
        expect(Math.abs(note.refund_amount_cents - amount)).toBeLessThanOrEqual(1)
        expect(note.total_amount_cents).toBe(note.refund_amount_cents)
      }),
      { numRuns: 300 },
    )
  })

  test('notes never take more of a fee than it has', () => {
    fc.assert(
      fc.property(
        paidInvoice,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
        (start, shares) => {
          let invoice = start
          for (const share of shares) {
            const amount = Math.floor(remainingTotal(invoice) * share)
            if (amount === 0) continue
            const verdict = refund(invoice, amount)
            if (!verdict.ok) continue
            const taxes = formatE5(verdict.note.precise_taxes_amount_cents)
            invoice = {
              ...invoice,
              notes: [...invoice.notes, { ...verdict.note, precise_taxes_amount_cents: taxes }],
            }
          }
          for (const fee of invoice.fees) {
            const taken = invoice.notes
              .flatMap(note => note.items)
              .filter(item => item.fee_id === fee.id)
              .reduce((sum, item) => sum + item.amount_cents, 0)
            expect(taken).toBeLessThanOrEqual(fee.amount_cents)
          }
          const refunded = invoice.notes.reduce((sum, note) => sum + note.refund_amount_cents, 0)
          expect(refunded).toBeLessThanOrEqual(invoice.total_paid_amount_cents + invoice.notes.length)
        },
      ),
      { numRuns: 200 },
    )
  })
})
