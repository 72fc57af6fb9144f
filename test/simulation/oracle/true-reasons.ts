import { type Books, type InvoiceBook, keptHere } from '../books.ts'
import type { Check } from '../oracle.ts'

const LEAST: Readonly<Record<string, number>> = { JPY: 50, HUF: 175, GBP: 30 }

type Claim = { about: string; book: InvoiceBook; books: Books }

const paymentOf = ({ about, book }: Claim) => book.payments.find(p => p.id === about)
const sessionOf = (claim: Claim) =>
  claim.books.sessions.get(paymentOf(claim)?.row.payment.checkout_session_id ?? '')
const refundOf = ({ about, book }: Claim) => book.payments.flatMap(p => p.refunds).find(r => r.id === about)
const noteOf = ({ about, book }: Claim) => book.notes.find(note => note.lago_id === about)
const disputeOf = ({ about, books }: Claim) => books.world.dodo.state.disputes.get(about)

/** Whether what a person is told is so, by the books of Lago and Dodo. Reasons that cannot come up here are missing. */
const TRUE: Readonly<Record<string, (claim: Claim) => boolean>> = {
  currency_not_supported: ({ book }) => book.invoice.currency === 'KWD',
  no_product_for_currency: ({ book }) => book.invoice.currency === 'GBP',
  below_minimum: ({ book }) => book.due < (LEAST[book.invoice.currency] ?? 50) || keptHere(book.payments) > 0,
  amount_mismatch: claim => {
    const session = sessionOf(claim)
    return session !== undefined && session.amount !== paymentOf(claim)?.net
  },
  currency_mismatch: claim => sessionOf(claim)?.currency !== paymentOf(claim)?.row.payment.currency,
  session_mismatch: claim => paymentOf(claim) !== undefined && sessionOf(claim) === undefined,
  duplicate_payment: claim => tooMuch(claim) && claim.book.payments.some(p => p.recorded > 0),
  late_payment: claim => tooMuch(claim),
  refund_failed: claim =>
    paymentOf(claim)?.refunds.some(r => r.status === 'failed') === true || refusedRefund(claim),
  refund_refused: claim => noteOf(claim)?.refund_status === 'failed',
  refund_exceeds_paid: claim => noteOf(claim)?.refund_status === 'failed',
  refund_in_dispute: ({ book, books }) =>
    books.world.dodo.state.disputes
      .all()
      .some(
        d =>
          book.payments.some(p => p.id === d.payment_id) && !/won|cancelled|expired/.test(d.dispute_status),
      ),
  credit_note_needs_licence: claim =>
    !claim.books.world.lago.settings.premium && refundOf(claim)?.status === 'succeeded',
  credit_note_refused: claim => refundOf(claim)?.status === 'succeeded',
  credit_note_differs: claim => refundOf(claim)?.status === 'succeeded',
  dispute_open: claim => /opened|challenged/.test(disputeOf(claim)?.dispute_status ?? ''),
  dispute_refused: claim => /lost|accepted/.test(disputeOf(claim)?.dispute_status ?? ''),
  voided_after_payment: ({ book }) =>
    book.invoice.status === 'voided' && book.payments.some(p => p.recorded > 0),
  unpaid_in_lago: ({ book }) =>
    book.invoice.payment_status !== 'succeeded' && book.payments.some(p => p.recorded > 0),
}

/** Money that its invoice does not ask for: it is not recorded, or more than was recorded. */
function tooMuch({ about, book }: Claim): boolean {
  const payment = book.payments.find(p => p.id === about)
  if (!payment || payment.recorded >= payment.net) return false
  const { invoice, due } = book
  return (
    invoice.status === 'voided' ||
    invoice.payment_status === 'succeeded' ||
    due - keptHere(book.payments) <= 0
  )
}

/** Dodo gives back nothing that is older than its refund window, in dispute or refunded beside. */
const refusedRefund = (claim: Claim): boolean => {
  const payment = paymentOf(claim)
  return payment !== undefined && payment.back < payment.gross
}

/** Nobody is asked to look at something that is not so. */
export const check: Check = books => [
  ...books.invoices.flatMap(book =>
    (book.payable?.attention ?? []).flatMap(({ reason, about, detail }) =>
      TRUE[reason]?.({ about, book, books })
        ? []
        : [`${book.invoice.number} is parked as ${reason} (${about}: ${detail}), and that is not so`],
    ),
  ),
  ...books.payables
    .filter(p => p.key.startsWith('stray:') && p.attention.length > 0)
    .map(p => `${p.key} is parked: ${p.attention.map(a => a.reason)}`),
]
