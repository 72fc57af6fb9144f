import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { creditNoteItems } from '../../../src/core/credit-note/items.ts'
import { refundable, remainingByFee } from '../../../src/core/credit-note/refundable.ts'
import { anyInvoice, type HandMadeNote, handMadeNote, slice, sliceOf } from './arbitrary-invoice.ts'
import { type LagoInvoice, paidInvoice, post, read, totalOf } from './lago-invoice.ts'

/** The long form: CREDIT_NOTE_RUNS=20000 CREDIT_NOTE_SEED=1 bun test test/core/credit-note/accepted.test.ts */
const numRuns = Number(process.env['CREDIT_NOTE_RUNS'] ?? 1_500)
const options = { numRuns, seed: Number(process.env['CREDIT_NOTE_SEED'] ?? 20_260_821) }
const TEN_MINUTES = 600_000

const mostOf = (invoice: LagoInvoice): bigint => refundable(read(invoice)).cents

const postByHand = (invoice: LagoInvoice, { percents, refundShare }: HandMadeNote): void => {
  const items = [...remainingByFee(read(invoice))]
    .map(([fee_id, left], index) => ({
      fee_id,
      amount_cents: Math.floor((Number(left) * (percents[index % percents.length] ?? 0)) / 100),
    }))
    .filter(item => item.amount_cents > 0)
  const total = totalOf(invoice, items)
  const refund = Math.floor(total * refundShare)
  post(invoice, { items, refund_amount_cents: refund, credit_amount_cents: total - refund })
}

const atLeastZero = (cents: bigint): bigint => (cents < 0n ? 0n : cents)

const MILLIONS = 1_000_000_000n

/** Lago takes the note and books exactly the refund asked for. Returns what it booked. */
const refund = (invoice: LagoInvoice, cents: bigint): bigint => {
  const outcome = creditNoteItems(read(invoice), cents)
  if (outcome.kind === 'refused') throw new Error(`${outcome.reason}: ${outcome.detail}`)
  const items = outcome.items.map(item => ({ fee_id: item.feeId, amount_cents: item.amount }))
  const verdict = post(invoice, { refund_amount_cents: Number(cents), items })
  if (!verdict.ok) throw new Error(JSON.stringify(verdict))
  const booked = BigInt(verdict.note.refund_amount_cents)
  expect(booked).toBe(BigInt(verdict.note.total_amount_cents))
  if (cents <= MILLIONS || !outcome.uncertain) {
    expect(outcome.uncertain).toBe(false)
    expect(outcome.expectedTotal).toBe(cents)
    expect(booked).toBe(cents)
  }
  expect(booked >= cents - 1n && booked <= cents + 1n).toBe(true)
  return booked
}

/** What the units left on the fees come to, tax included: they are whole, money need not be. */
const worthLeft = (invoice: LagoInvoice): number =>
  totalOf(
    invoice,
    [...remainingByFee(read(invoice))].map(([fee_id, left]) => ({ fee_id, amount_cents: Number(left) })),
  )

describe('a refund of any amount', () => {
  test(
    'is accepted by Lago and booked to the cent, whatever fees, taxes, coupons and earlier notes there are',
    () => {
      const series = fc.tuple(
        anyInvoice,
        fc.array(handMadeNote, { maxLength: 2 }),
        fc.array(slice, { maxLength: 8 }),
      )
      fc.assert(
        fc.property(series, ([sketch, byHand, parts]) => {
          const invoice = paidInvoice(sketch)
          for (const note of byHand) postByHand(invoice, note)

          const most = mostOf(invoice)
          let refunded = 0n
          for (const part of parts) {
            if (refunded >= most) break
            const cents = sliceOf(most - refunded, part)
            refunded += refund(invoice, cents)
            expect(mostOf(invoice)).toBe(atLeastZero(most - refunded))
          }
          if (refunded < most) refunded += refund(invoice, most - refunded)

          if (most <= MILLIONS) expect(refunded).toBe(most)
          expect(mostOf(invoice)).toBe(atLeastZero(most - refunded))
          expect(creditNoteItems(read(invoice), atLeastZero(most - refunded) + 1n)).toMatchObject({
            kind: 'refused',
          })
        }),
        options,
      )
    },
    TEN_MINUTES,
  )

  test(
    'that is everything at once uses up every fee of an invoice paid in money alone',
    () => {
      fc.assert(
        fc.property(anyInvoice, sketch => {
          const invoice = paidInvoice({ ...sketch, creditNotes: 0, prepaid: 0, paidShare: 1 })
          const most = mostOf(invoice)
          fc.pre(most > 0n)
          refund(invoice, most)
          expect([...remainingByFee(read(invoice)).values()].every(left => left === 0n)).toBe(true)
        }),
        options,
      )
    },
    TEN_MINUTES,
  )

  test(
    'in three parts leaves nothing on the fees that is worth a second look',
    () => {
      const cuts = fc.tuple(fc.integer({ min: 10, max: 90 }), fc.integer({ min: 10, max: 90 }))
      fc.assert(
        fc.property(anyInvoice, cuts, (sketch, [first, second]) => {
          const invoice = paidInvoice({ ...sketch, creditNotes: 0, prepaid: 0, paidShare: 1 })
          fc.pre(mostOf(invoice) >= 10n)
          for (const percent of [first, second, 100]) {
            const most = mostOf(invoice)
            if (most > 0n) refund(invoice, sliceOf(most, { kind: 'share', percent }))
          }
          expect(worthLeft(invoice)).toBeLessThanOrEqual(1)
        }),
        options,
      )
    },
    TEN_MINUTES,
  )
})
