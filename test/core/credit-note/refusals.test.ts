import { describe, expect, test } from 'bun:test'
import { checkCreditNote } from '../../../sandbox/lago/credit-note-rules.ts'
import { creditNoteItems } from '../../../src/core/credit-note/items.ts'
import type { CreditableInvoice } from '../../../src/core/credit-note/model.ts'

const invoice = (changes: Partial<CreditableInvoice> = {}): CreditableInvoice => ({
  invoiceType: 'subscription',
  versionNumber: 4,
  paymentSucceeded: true,
  totalCents: 1_200n,
  totalPaidCents: 1_200n,
  billedCents: 1_200n,
  fees: [{ feeId: 'fee_0', amountCents: 1_000n, couponsE5: 0n, taxRateE9: 20_000_000_000n }],
  earlierNotes: [],
  ...changes,
})

const topUp = (changes: Partial<CreditableInvoice> = {}): CreditableInvoice =>
  invoice({
    invoiceType: 'credit',
    fees: [{ feeId: 'top_up', amountCents: 1_200n, couponsE5: 0n, taxRateE9: 0n }],
    ...changes,
  })

describe('no credit note is written', () => {
  const cases: [string, CreditableInvoice, bigint, string][] = [
    ['for nothing', invoice(), 0n, 'not_positive'],
    ['for less than nothing', invoice(), -5n, 'not_positive'],
    ['for more than a JSON number can say', invoice(), 2n ** 53n, 'amount_too_large'],
    ['for more than was paid', invoice(), 1_201n, 'exceeds_paid'],
    ['on an invoice only marked as paid', invoice({ totalPaidCents: 0n }), 1n, 'nothing_paid'],
    [
      'on a full payment Lago has not settled yet',
      invoice({ paymentSucceeded: false }),
      1n,
      'payment_not_settled',
    ],
    ['on an invoice of the first format', invoice({ versionNumber: 1 }), 1n, 'invoice_too_old'],
    ['on fees below zero', invoice({ fees: [fee(-1_000n)] }), 1n, 'exceeds_creditable'],
    ['on an invoice without fees', invoice({ fees: [] }), 1n, 'exceeds_creditable'],
    [
      'on fees a coupon paid for',
      invoice({ fees: [fee(1_000n, 1_000n)], billedCents: 0n }),
      1n,
      'exceeds_creditable',
    ],
    [
      'on a top-up that is not paid',
      topUp({ paymentSucceeded: false, totalPaidCents: 5n }),
      1n,
      'payment_not_settled',
    ],
    ['for credits already spent', topUp({ walletBalanceCents: 300n }), 301n, 'exceeds_wallet_balance'],
  ]
  for (const [name, given, cents, reason] of cases)
    test(name, () => {
      expect(creditNoteItems(given, cents)).toMatchObject({ kind: 'refused', reason })
    })
})

const fee = (amountCents: bigint, coupons = 0n) => ({
  feeId: `fee_${amountCents}`,
  amountCents,
  couponsE5: coupons * 100_000n,
  taxRateE9: 20_000_000_000n,
})

test('a negative fee beside others takes no item', () => {
  const given = invoice({
    fees: [fee(1_000n), fee(-200n)],
    totalCents: 960n,
    totalPaidCents: 960n,
    billedCents: 960n,
  })
  const outcome = creditNoteItems(given, 500n)
  expect(outcome).toMatchObject({ kind: 'items', expectedTotal: 500n })
  expect(outcome.kind === 'items' && outcome.items.every(item => item.feeId === 'fee_1000')).toBe(true)
})

test('a top-up gives back what is asked on its one fee, and Lago takes it', () => {
  const outcome = creditNoteItems(topUp({ walletBalanceCents: 500n }), 500n)
  expect(outcome).toEqual({
    kind: 'items',
    items: [{ feeId: 'top_up', amount: 500 }],
    expectedTotal: 500n,
    uncertain: false,
  })
  const verdict = checkCreditNote({
    version: '1.51',
    premium: true,
    invoice: {
      status: 'finalized',
      invoice_type: 'credit',
      payment_status: 'succeeded',
      version_number: 4,
      fees_amount_cents: 1_200,
      coupons_amount_cents: 0,
      progressive_billing_credit_amount_cents: 0,
      credit_notes_amount_cents: 0,
      prepaid_credit_amount_cents: 0,
      total_amount_cents: 1_200,
      total_paid_amount_cents: 1_200,
      fees: [{ id: 'top_up', amount_cents: 1_200, precise_coupons_amount_cents: '0.0', tax_codes: [] }],
      taxes: [],
      notes: [],
      wallet: { active: true, limit_cents: 500 },
    },
    request: { refund_amount_cents: 500, items: [{ fee_id: 'top_up', amount_cents: 500 }] },
  })
  expect(verdict).toMatchObject({ ok: true, note: { refund_amount_cents: 500 } })
})
