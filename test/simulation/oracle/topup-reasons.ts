import type { Books, PaymentBook } from '../books.ts'
import type { Check } from '../oracle.ts'
import type { TopupBook } from '../topup-books.ts'

type Claim = { about: string; book: TopupBook; books: Books }

const paymentOf = ({ about, book }: Claim) => book.payments.find(p => p.id === about)
const sessionOf = (claim: Claim) =>
  claim.books.sessions.get(paymentOf(claim)?.row.payment.checkout_session_id ?? '')

/** Whether what a person is told of a top-up is so. Reasons that cannot come up here are missing. */
const TRUE: Readonly<Record<string, (claim: Claim) => boolean>> = {
  amount_mismatch: claim => {
    const session = sessionOf(claim)
    const net = paymentOf(claim)?.net
    return session !== undefined && (session.amount !== net || session.amount < claim.book.topup.cents)
  },
  currency_mismatch: claim => sessionOf(claim)?.currency !== paymentOf(claim)?.row.payment.currency,
  session_mismatch: claim => paymentOf(claim) !== undefined && sessionOf(claim) === undefined,
  duplicate_payment: claim => isUnused(claim) && claim.book.payments.some(p => p.recorded > 0),
  late_payment: claim => isUnused(claim) && claim.book.topup.status !== 'pending',
  refund_failed: claim => isUnused(claim) && isNotBack(paymentOf(claim)),
  wallet_shortfall: ({ about, book }) => book.debits.some(d => d.key === about && (d.shortfall ?? 0) > 0),
  dispute_open: ({ about, books }) =>
    /opened|challenged/.test(books.world.dodo.state.disputes.get(about)?.dispute_status ?? ''),
}

/** The payment brought no credits. */
const isUnused = (claim: Claim): boolean => paymentOf(claim)?.recorded === 0
const isNotBack = (payment: PaymentBook | undefined): boolean =>
  payment !== undefined && payment.back < payment.gross

/** Nobody is asked to look at a top-up for something that is not so. */
export const check: Check = books => {
  const known = new Set(books.topups.map(book => `topup:${book.topup.id}`))
  return [
    ...books.topups.flatMap(book =>
      (book.payable?.attention ?? []).flatMap(({ reason, about, detail }) =>
        TRUE[reason]?.({ about, book, books })
          ? []
          : [`${book.name} is parked as ${reason} (${about}: ${detail}), and that is not so`],
      ),
    ),
    ...books.payables
      .filter(p => p.key.startsWith('topup:') && !known.has(p.key))
      .flatMap(p =>
        p.attention.filter(a => a.reason !== 'topup_not_found').map(a => `${p.key}: ${a.reason}`),
      ),
  ]
}
