import type { Books, OwedBook } from '../books.ts'
import type { Check } from '../oracle.ts'

export const beforeSweep = true

/** Of each refund and dispute the database has what Dodo says now. */
export const check: Check = books =>
  books.owed.flatMap(book => differing(book, books).map(wrong => `${book.name}: ${wrong}`))

function differing(book: OwedBook, { refundStatus, disputeStatus, world }: Books): string[] {
  const known = book.payments.filter(p => p.here)
  return [
    ...known.flatMap(p =>
      p.refunds
        .filter(r => refundStatus.get(r.id) !== r.status)
        .map(r => `refund ${r.id} is ${r.status} at Dodo, ${refundStatus.get(r.id) ?? 'unknown'} here`),
    ),
    ...known.flatMap(p =>
      world.dodo.state.disputes
        .all()
        .filter(d => d.payment_id === p.id && disputeStatus.get(d.dispute_id) !== d.dispute_status)
        .map(d => `dispute ${d.dispute_id} is ${d.dispute_status}, here ${disputeStatus.get(d.dispute_id)}`),
    ),
  ]
}
