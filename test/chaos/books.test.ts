import { describe, expect, test } from 'bun:test'
import { audit, type Books } from './books.ts'
import type { Fate, Story } from './load.ts'

const story = (fate: Fate): Story => ({
  id: 'inv_1',
  fate,
  madeAt: 0,
  linkedAt: 1,
  sessionId: 'cks_1',
  paymentId: 'pay_1',
  over: true,
})

/** As all sides' books are when everything went well with one invoice. */
function good(fate: Fate) {
  const late = fate === 'paid-too-late'
  const refunded = fate === 'refunded-in-dodo' || fate === 'refunded-in-lago'
  const link = { key: 'dodo_payment_url', value: 'http://bridge/pay/x' }
  const recorded = { lago_id: 'lp_1', invoice_ids: ['inv_1'], amount_cents: 1200, reference: 'pay_1' }
  const note = { lago_invoice_id: 'inv_1', refund_amount_cents: 300, refund_status: 'succeeded' }
  const payment = {
    payment_id: 'pay_1',
    status: 'succeeded',
    total_amount: 1200,
    metadata: { lago_invoice_id: 'inv_1' },
  }
  const refund = { payment_id: 'pay_1', amount: late ? 1200 : 300, status: 'succeeded' }
  const session = { id: 'cks_1', paymentId: 'pay_1', request: {} }
  const rows = <T>(...all: T[]) => ({ count: all.length, rows: all })
  return {
    invoices: new Map([
      [
        'inv_1',
        {
          lago_id: 'inv_1',
          status: late ? 'voided' : 'finalized',
          payment_status: late ? 'pending' : 'succeeded',
          total_amount_cents: 1200,
          total_paid_amount_cents: late ? 0 : 1200,
          metadata: [link],
        },
      ],
    ]),
    recorded: late ? [] : [recorded],
    notes: refunded ? [note] : [],
    dodo: {
      payments: rows({ payment }),
      refunds: rows(...(late || refunded ? [{ refund }] : [])),
      sessions: rows(session),
    },
    deliveries: [{ id: 'msg_1', type: 'payment.succeeded', state: 'delivered', attempts: [{ status: 200 }] }],
    kept: new Set(['msg_1']),
    known: [{ id: 'cks_1', invoice: 'inv_1' }],
  } satisfies Books
}

const FATES: Fate[] = ['paid', 'refunded-in-dodo', 'refunded-in-lago', 'paid-too-late']

const found = (books: Books, fate: Fate) => {
  const { lost, doubled } = audit(books, [story(fate)])
  return { lost: lost.length, doubled: doubled.length }
}

describe.each(FATES)('the books of an invoice that was %s', fate => {
  const copy = () => structuredClone(good(fate))

  test('are in order when everything happened once', () => {
    expect(found(copy(), fate)).toEqual({ lost: 0, doubled: 0 })
  })

  test('show a delivery that was acknowledged and not kept', () => {
    expect(found({ ...copy(), kept: new Set() }, fate).lost).toBe(1)
  })

  test('show an invoice without a link', () => {
    const books = copy()
    for (const invoice of books.invoices.values()) invoice.metadata = []
    expect(found(books, fate).lost).toBe(1)
  })

  test('show a payment that Lago was not told of, and one that it was told of twice', () => {
    const books = copy()
    const [one] = good('paid').recorded
    if (!one) throw new Error('there is one')
    if (fate === 'paid-too-late') return expect(found({ ...books, recorded: [one] }, fate).doubled).toBe(1)
    expect(found({ ...books, recorded: [] }, fate).lost).toBe(1)
    expect(found({ ...books, recorded: [one, { ...one, lago_id: 'lp_2' }] }, fate).doubled).toBe(1)
  })

  test('show a customer who paid twice, and a second checkout to pay at', () => {
    const books = copy()
    const [paid] = books.dodo.payments.rows
    if (!paid) throw new Error('there is one')
    books.dodo.payments.rows.push({ payment: { ...paid.payment, payment_id: 'pay_2' } })
    expect(found(books, fate).doubled).toBeGreaterThan(0)
    const open = copy()
    open.known.push({ id: 'cks_2', invoice: 'inv_1' })
    expect(found(open, fate).doubled).toBe(1)
  })

  test('show money that went back once too often, or did not', () => {
    const books = copy()
    const [refund] = good('refunded-in-dodo').dodo.refunds.rows
    if (!refund) throw new Error('there is one')
    books.dodo.refunds.rows.push(structuredClone(refund))
    expect(found(books, fate).doubled).toBe(1)
    if (fate === 'paid') return
    expect(found({ ...copy(), dodo: { ...copy().dodo, refunds: { count: 0, rows: [] } } }, fate).lost).toBe(1)
  })

  test('show a credit note too many, or one missing', () => {
    const books = copy()
    const [note] = good('refunded-in-lago').notes
    if (!note) throw new Error('there is one')
    expect(found({ ...books, notes: [...books.notes, note] }, fate).doubled).toBe(1)
    if (books.notes.length > 0) expect(found({ ...books, notes: [] }, fate).lost).toBe(1)
  })
})
