import { describe, expect, test } from 'bun:test'
import {
  type CreditableInvoice,
  type CreditNoteRequest,
  checkCreditNote,
} from '../../../sandbox/lago/credit-note-rules.ts'
import { formatE5, toE5 } from '../../../sandbox/lago/rules/fixed-point.ts'
import type { LagoVersion } from '../../../sandbox/lago/rules/version.ts'

/** Fees of 1000 and 500 with 300 of coupons and 20 % tax: 1440 = 1500 - 300 + 240. */
const invoice: CreditableInvoice = {
  status: 'finalized',
  invoice_type: 'subscription',
  payment_status: 'succeeded',
  version_number: 4,
  fees_amount_cents: 1500,
  coupons_amount_cents: 300,
  progressive_billing_credit_amount_cents: 0,
  credit_notes_amount_cents: 0,
  prepaid_credit_amount_cents: 0,
  total_amount_cents: 1440,
  total_paid_amount_cents: 1440,
  fees: [
    { id: 'f1', amount_cents: 1000, precise_coupons_amount_cents: '200.0', tax_codes: ['vat'] },
    { id: 'f2', amount_cents: 500, precise_coupons_amount_cents: '100.0', tax_codes: ['vat'] },
  ],
  taxes: [{ code: 'vat', name: 'VAT', rate: 20 }],
  notes: [],
}

const unpaid: CreditableInvoice = { ...invoice, payment_status: 'pending', total_paid_amount_cents: 0 }

const items = (f1: number, f2: number) => [
  { fee_id: 'f1', amount_cents: f1 },
  { fee_id: 'f2', amount_cents: f2 },
]

const check = (on: CreditableInvoice, request: CreditNoteRequest, version: LagoVersion = '1.51') =>
  checkCreditNote({ version, premium: true, invoice: on, request })

const noteOf = (...args: Parameters<typeof check>) => {
  const verdict = check(...args)
  if (!verdict.ok) throw new Error(JSON.stringify(verdict))
  return verdict.note
}

const errorsOf = (...args: Parameters<typeof check>) => {
  const verdict = check(...args)
  return verdict.ok ? 'accepted' : (verdict.errors ?? `${verdict.status} ${verdict.code}`)
}

describe('amounts', () => {
  test('all of 1500 less 300 of coupons plus 240 of taxes is 1440', () => {
    expect(noteOf(invoice, { refund_amount_cents: 1440, items: items(1000, 500) })).toMatchObject({
      coupons_adjustment_amount_cents: 300,
      taxes_amount_cents: 240,
      sub_total_excluding_taxes_amount_cents: 1200,
      refund_amount_cents: 1440,
      total_amount_cents: 1440,
      taxes_rate: 20,
      refund_status: 'pending',
    })
  })

  test('a refund of 500 fits items of 347 and 174: 521 - 104.2 + 83.36 = 500.16', () => {
    const note = noteOf(invoice, { refund_amount_cents: 500, items: items(347, 174) })
    expect(formatE5(note.precise_coupons_adjustment_amount_cents)).toBe('104.2')
    expect(formatE5(note.precise_taxes_amount_cents)).toBe('83.36')
    expect(formatE5(note.precise_total_amount_cents)).toBe('500.16')
    expect(note).toMatchObject({ total_amount_cents: 500, refund_amount_cents: 500, taxes_amount_cents: 83 })
  })

  test('one off is tolerated, two are not', () => {
    const refund = (amount: number) =>
      errorsOf(invoice, { refund_amount_cents: amount, items: items(347, 174) })
    expect([refund(499), refund(501)]).toEqual(['accepted', 'accepted'])
    expect(refund(498)).toEqual({ base: ['does_not_match_item_amounts'] })
    expect(refund(502)).toEqual({ base: ['does_not_match_item_amounts'] })
  })

  test('before 1.22 nothing is tolerated', () => {
    const request = { refund_amount_cents: 501, items: items(347, 174) }
    expect(errorsOf(invoice, request, '1.0')).toEqual({ base: ['does_not_match_item_amounts'] })
  })

  test('the stored total shifts by one so that subtotal and taxes add up, and the refund with it', () => {
    const note = noteOf(invoice, { refund_amount_cents: 501, items: items(347, 174) })
    expect(note).toMatchObject({ total_amount_cents: 500, refund_amount_cents: 500 })
    const credited = noteOf(invoice, { credit_amount_cents: 501, items: items(347, 174) })
    expect(credited).toMatchObject({
      credit_amount_cents: 500,
      balance_amount_cents: 500,
      refund_amount_cents: 0,
    })
  })

  test('a shifted note that only offsets ends up with a refund nobody asked for, and no refund status', () => {
    const note = noteOf(unpaid, { offset_amount_cents: 501, items: items(347, 174) })
    expect(note).toMatchObject({ offset_amount_cents: 501, refund_amount_cents: 500, refund_status: null })
  })

  test('fractional items are taken, stored rounded and to five decimals', () => {
    const note = noteOf(invoice, { refund_amount_cents: 500, items: items(347.222222, 173.611111) })
    expect(note.items.map(item => [item.amount_cents, formatE5(item.precise_amount_cents)])).toEqual([
      [347, '347.22222'],
      [174, '173.61111'],
    ])
    expect(note.total_amount_cents).toBe(500)
  })

  test('each tax is taken on the fees that carry it', () => {
    const two: CreditableInvoice = {
      ...invoice,
      coupons_amount_cents: 0,
      taxes: [
        { code: 'vat', name: 'VAT', rate: 20 },
        { code: 'city', name: 'City', rate: 1.5 },
      ],
      fees: [
        { id: 'f1', amount_cents: 1000, precise_coupons_amount_cents: 0, tax_codes: ['vat', 'city'] },
        { id: 'f2', amount_cents: 500, precise_coupons_amount_cents: 0, tax_codes: ['city'] },
      ],
      total_amount_cents: 1723,
      total_paid_amount_cents: 1723,
    }
    const note = noteOf(two, { refund_amount_cents: 1723, items: items(1000, 500) })
    expect(note.applied_taxes.map(tax => [tax.code, tax.base_amount_cents, tax.amount_cents])).toEqual([
      ['vat', 1000, 200],
      ['city', 1500, 23],
    ])
    expect(note.taxes_amount_cents).toBe(223)
    expect(note.taxes_rate).toBe(14.83333)
  })

  test('the note that takes the last of an invoice takes back what rounding gave away before', () => {
    const two: CreditableInvoice = {
      ...invoice,
      coupons_amount_cents: 0,
      fees_amount_cents: 13_666,
      total_amount_cents: 16_399,
      total_paid_amount_cents: 16_399,
      fees: [
        { id: 'f1', amount_cents: 6833, precise_coupons_amount_cents: 0, tax_codes: ['vat'] },
        { id: 'f2', amount_cents: 6833, precise_coupons_amount_cents: 0, tax_codes: ['vat'] },
      ],
    }
    const first = noteOf(two, { refund_amount_cents: 8200, items: [{ fee_id: 'f1', amount_cents: 6833 }] })
    expect([first.taxes_amount_cents, formatE5(first.precise_taxes_amount_cents)]).toEqual([1367, '1366.6'])
    const earlier = { ...first, precise_taxes_amount_cents: '1366.6' }
    const last = noteOf(
      { ...two, notes: [earlier] },
      { refund_amount_cents: 8199, items: [{ fee_id: 'f2', amount_cents: 6833 }] },
    )
    expect([last.taxes_amount_cents, formatE5(last.precise_taxes_amount_cents)]).toEqual([1366, '1366.2'])
  })

  test('the same input gives the same verdict and is not changed', () => {
    const request = { refund_amount_cents: 500, items: items(347, 174) }
    const before = structuredClone({ invoice, request })
    expect(check(invoice, request)).toEqual(check(invoice, request))
    expect({ invoice, request }).toEqual(before)
  })
})

describe('refusals before the amounts', () => {
  const request = { credit_amount_cents: 1440, items: items(1000, 500) }

  test('hidden invoice, licence, type and version, in that order', () => {
    const free = (on: CreditableInvoice) =>
      checkCreditNote({ version: '1.51', premium: false, invoice: on, request })
    expect(free({ ...invoice, status: 'open' })).toMatchObject({ status: 404, code: 'invoice_not_found' })
    expect(free({ ...invoice, version_number: 1 })).toMatchObject({
      status: 403,
      code: 'feature_unavailable',
    })
    expect(check({ ...invoice, version_number: 1 }, {})).toMatchObject({
      status: 405,
      code: 'invalid_type_or_status',
    })
  })

  test('an automatic note needs no licence', () => {
    expect(checkCreditNote({ version: '1.51', premium: false, automatic: true, invoice, request }).ok).toBe(
      true,
    )
  })

  test('a failed or tax-pending invoice breaks Lago', () => {
    for (const status of ['failed', 'pending'] as const) {
      expect(check({ ...invoice, status }, request)).toMatchObject({ ok: false, status: 500 })
    }
  })

  test('a voided invoice may be credited, a draft gets a draft', () => {
    expect(noteOf({ ...invoice, status: 'voided' }, request).status).toBe('finalized')
    expect(noteOf({ ...invoice, status: 'draft' }, request).status).toBe('draft')
  })

  test('reason, negative amounts and metadata come before the items', () => {
    expect(errorsOf(invoice, { reason: 'because', items: 'none' })).toEqual({ reason: ['value_is_invalid'] })
    expect(errorsOf(invoice, { refund_amount_cents: -1 })).toEqual({
      refund_amount_cents: ['value_is_out_of_range'],
    })
    expect(errorsOf(invoice, { metadata: { a: 1 } })).toEqual({ metadata: ['invalid_value'] })
    expect(errorsOf(invoice, { metadata: [] })).toEqual({ metadata: ['invalid_type'] })
  })

  test('the first wrong item ends it', () => {
    const first = (fee_id: unknown, amount_cents: unknown) =>
      errorsOf(invoice, { credit_amount_cents: 1, items: [{ fee_id, amount_cents }, { fee_id: 'nobody' }] })
    expect(errorsOf(invoice, { credit_amount_cents: 1 })).toEqual({ items: ['must_be_an_array'] })
    expect(first('nobody', 1)).toBe('404 fee_not_found')
    expect(first('f1', -1)).toEqual({ amount_cents: ['invalid_value'] })
    expect(first('f1', 1001)).toEqual({ amount_cents: ['higher_than_remaining_fee_amount'] })
    expect(first('f1', '100')).toBe('500 null')
  })

  test('two items on one fee share what is left of it, and so do all earlier notes', () => {
    const twice = [
      { fee_id: 'f1', amount_cents: 600 },
      { fee_id: 'f1', amount_cents: 401 },
    ]
    expect(errorsOf(invoice, { credit_amount_cents: 961, items: twice })).toEqual({
      amount_cents: ['higher_than_remaining_fee_amount'],
    })
    const earlier = {
      status: 'finalized' as const,
      credit_amount_cents: 0,
      refund_amount_cents: 0,
      offset_amount_cents: 0,
      taxes_amount_cents: 0,
      precise_taxes_amount_cents: 0,
      items: [{ fee_id: 'f1', amount_cents: 700 }],
    }
    const rest = { credit_amount_cents: 289, items: [{ fee_id: 'f1', amount_cents: 301 }] }
    expect(errorsOf({ ...invoice, notes: [earlier] }, rest)).toEqual({
      amount_cents: ['higher_than_remaining_fee_amount'],
    })
  })
})

describe('limits of a note', () => {
  const all = items(1000, 500)

  test('every failing check is reported', () => {
    expect(errorsOf(unpaid, { refund_amount_cents: 5000, items: all })).toEqual({
      base: ['does_not_match_item_amounts', 'higher_than_remaining_invoice_amount'],
      refund_amount_cents: ['cannot_refund_unpaid_invoice'],
    })
    expect(errorsOf(invoice, { items: items(0, 0) })).toEqual({ base: ['total_amount_must_be_positive'] })
  })

  test('what was only marked paid cannot be refunded from 1.39 on', () => {
    const marked = { ...invoice, total_paid_amount_cents: 0 }
    const request = { refund_amount_cents: 1440, items: all }
    expect(errorsOf(marked, request, '1.39')).toEqual({
      refund_amount_cents: ['cannot_refund_unpaid_invoice'],
    })
    expect(errorsOf(marked, request, '1.38')).toBe('accepted')
    expect(errorsOf(marked, request, '1.0')).toBe('accepted')
  })

  test('a partly paid pending invoice can be refunded up to what was paid', () => {
    const part = { ...unpaid, total_paid_amount_cents: 500 }
    expect(errorsOf(part, { refund_amount_cents: 500, items: items(347, 174) })).toBe('accepted')
    expect(errorsOf(part, { refund_amount_cents: 1440, items: all })).toEqual({
      refund_amount_cents: ['higher_than_remaining_invoice_amount'],
    })
    expect(errorsOf(part, { refund_amount_cents: 500, items: items(347, 174) }, '1.0')).toEqual({
      refund_amount_cents: ['cannot_refund_unpaid_invoice'],
    })
  })

  test('paid in full but not marked so cannot be refunded', () => {
    const odd = { ...invoice, payment_status: 'failed' as const }
    expect(errorsOf(odd, { refund_amount_cents: 1440, items: all })).toEqual({
      refund_amount_cents: ['cannot_refund_unpaid_invoice'],
    })
  })

  test('an unpaid invoice can be credited and offset', () => {
    expect(errorsOf(unpaid, { credit_amount_cents: 1440, items: all })).toBe('accepted')
    expect(errorsOf(unpaid, { offset_amount_cents: 1440, items: all })).toBe('accepted')
  })

  test('an offset is at most what is due, exactly', () => {
    const part = { ...unpaid, total_paid_amount_cents: 1 }
    expect(errorsOf(part, { offset_amount_cents: 1440, items: all })).toEqual({
      offset_amount_cents: ['higher_than_remaining_invoice_amount'],
    })
  })

  test('before 1.40 an offset is not known', () => {
    expect(errorsOf(unpaid, { offset_amount_cents: 1440, items: all }, '1.39')).toEqual({
      base: ['does_not_match_item_amounts', 'total_amount_must_be_positive'],
    })
  })
})

describe('top-ups', () => {
  const topUp: CreditableInvoice = {
    ...invoice,
    invoice_type: 'credit',
    fees_amount_cents: 5000,
    coupons_amount_cents: 0,
    total_amount_cents: 5000,
    total_paid_amount_cents: 5000,
    fees: [{ id: 'f1', amount_cents: 5000, precise_coupons_amount_cents: 0, tax_codes: [] }],
    taxes: [],
    wallet: { active: true, limit_cents: 3000 },
  }
  const item = (amount_cents: number) => [{ fee_id: 'f1', amount_cents }]

  test('are refunded up to what is left in an active wallet', () => {
    expect(errorsOf(topUp, { refund_amount_cents: 3000, items: item(3000) })).toBe('accepted')
    expect(errorsOf(topUp, { refund_amount_cents: 3001, items: item(3001) })).toEqual({
      amount_cents: ['higher_than_wallet_balance'],
    })
    const gone = { ...topUp, wallet: { active: false, limit_cents: 3000 } }
    expect(errorsOf(gone, { refund_amount_cents: 100, items: item(100) })).toBe('405 invalid_type_or_status')
  })

  test('are never credited', () => {
    expect(errorsOf(topUp, { credit_amount_cents: 100, items: item(100) })).toEqual({
      credit_amount_cents: ['cannot_credit_invoice'],
    })
  })

  test('unpaid ones are offset as a whole or not at all', () => {
    const open = {
      ...topUp,
      payment_status: 'pending' as const,
      total_paid_amount_cents: 0,
      wallet: { active: true, limit_cents: 0 },
    }
    expect(errorsOf(open, { offset_amount_cents: 5000, items: item(5000) })).toBe('accepted')
    expect(errorsOf(open, { refund_amount_cents: 100, items: item(100) })).toBe('405 invalid_type_or_status')
    const filled = { ...open, wallet: { active: true, limit_cents: 9000 } }
    expect(errorsOf(filled, { offset_amount_cents: 100, items: item(100) })).toEqual({
      offset_amount_cents: ['not_equal_to_total_amount'],
    })
    expect(
      errorsOf({ ...filled, total_paid_amount_cents: 5 }, { offset_amount_cents: 100, items: item(100) }),
    ).toEqual({ offset_amount_cents: ['cannot_apply_to_paid_invoice'] })
  })
})

describe('fixed point', () => {
  test('reads and writes decimals as Rails does, halves away from zero', () => {
    const texts: [string | number, string][] = [
      [12, '12.0'],
      [104.2, '104.2'],
      ['0.000005', '0.00001'],
      ['-0.000005', '-0.00001'],
      [1e-7, '0.0'],
      ['123456789012345.12345', '123456789012345.12345'],
    ]
    for (const [given, written] of texts) expect(formatE5(toE5(given))).toBe(written)
    for (const wrong of ['', '-', '.', '1e5', 'x', Number.NaN]) expect(() => toE5(wrong)).toThrow(RangeError)
  })
})
