import { captured, type PaymentBook } from '../books.ts'
import type { Check } from '../oracle.ts'
import type { TopupBook } from '../topup-books.ts'
import type { World } from '../world.ts'

export const beforeSweep = true

/** What went back of a top-up's money takes its credits with it, once for each refund and lost dispute. */
export const check: Check = ({ topups, world }) =>
  topups.flatMap(book => [...balanced(book, world), ...once(book)].map(wrong => `${book.name}: ${wrong}`))

function balanced(book: TopupBook, world: World): string[] {
  const { topup, taken, debits, payments } = book
  const used = payments.find(p => p.id === topup.creditedFor && captured(p))
  const gone = used ? Math.min(used.gross, goneOf(used, world)) : 0
  // To the cent, whatever parts it went in.
  const due = used
    ? (topup.credits * Math.floor((2 * topup.cents * gone + used.gross) / (2 * used.gross))) / topup.cents
    : 0
  const back = taken.reduce((sum, t) => sum + t.credits, 0)
  const missing = debits.reduce((sum, d) => sum + (d.shortfall ?? 0), 0)
  return back + missing === due ? [] : [`${due} credits were to go back; ${back} did, ${missing} are missing`]
}

/** Refunds and lost disputes, in cents. */
function goneOf(payment: PaymentBook, { dodo }: World): number {
  const lost = dodo.state.disputes
    .all()
    .filter(d => d.payment_id === payment.id && /lost|accepted/.test(d.dispute_status))
    .reduce((sum, d) => sum + Number(d.amount), 0)
  return payment.refunds.filter(r => r.status === 'succeeded').reduce((sum, r) => sum + r.amount, lost)
}

function once({ taken, debits, parkedFor }: TopupBook): string[] {
  return [
    ...debits.filter(d => d.debited === null).map(d => `the debit for ${d.key} has no end`),
    ...debits
      .filter(d => (d.shortfall ?? 0) > 0 && !parkedFor(d.key).includes('wallet_shortfall'))
      .map(d => `${d.shortfall} credits are missing for ${d.key}, and nobody is told`),
    ...debits.flatMap(d => {
      const moved = taken.filter(t => t.key === d.key)
      if (moved.length > 1) return [`credits were taken ${moved.length} times for ${d.key}`]
      const credits = moved[0]?.credits ?? 0
      return credits === d.debited
        ? []
        : [`${credits} credits were taken for ${d.key}, here it is ${d.debited}`]
    }),
  ]
}
