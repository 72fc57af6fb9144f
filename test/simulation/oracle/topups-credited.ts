import { captured, type PaymentBook } from '../books.ts'
import type { Check } from '../oracle.ts'
import type { TopupBook } from '../topup-books.ts'

export const beforeSweep = true

/** Each top-up that was paid is credited once and in full, no other is, and all other money has a place of its own. */
export const check: Check = ({ topups, world }) =>
  topups.flatMap(book => {
    const byHand = world.finishedByOperator.has(book.topup.id)
    return [
      ...credited(book, byHand),
      ...(world.canceled.has(book.topup.id) && book.given.length > 0
        ? ['it was canceled, and credited']
        : []),
      ...book.payments
        .filter(captured)
        .flatMap(p => placed(book, p).map(wrong => `payment ${p.id}: ${wrong}`)),
      ...shownAsItIs(book),
    ].map(wrong => `${book.name}: ${wrong}`)
  })

function credited({ topup, given, payments }: TopupBook, byHand: boolean): string[] {
  const { status, credits, creditedFor, cents } = topup
  const wrong: string[] = []
  const sum = given.reduce((all, one) => all + one, 0)
  if (given.length > 1) wrong.push(`credited ${given.length} times`)
  if (!['pending', 'paid', 'canceled'].includes(status)) wrong.push(`it is still ${status}`)
  if (sum !== (status === 'paid' ? credits : 0))
    wrong.push(`it is ${status}, and ${sum} of ${credits} were given`)
  if (status !== 'paid') return wrong
  if (creditedFor === `operator:${topup.id}`) return byHand ? wrong : [...wrong, 'nobody finished it by hand']
  const payment = payments.find(p => p.id === creditedFor)
  if (!payment || !captured(payment))
    return [...wrong, `it was credited for ${creditedFor}, which brought nothing`]
  if (payment.net < cents || payment.row.payment.currency !== 'USD')
    wrong.push(
      `${cents} were asked, ${payment.net} ${payment.row.payment.currency} came, and it was credited`,
    )
  if (payment.recorded !== cents)
    wrong.push(`${cents} were paid by ${payment.id}, ${payment.recorded} is recorded`)
  return wrong
}

function placed({ topup, parkedFor }: TopupBook, p: PaymentBook): string[] {
  if (!p.here) return [`${p.gross} came, and nobody here knows of it`]
  const isUsed = topup.status === 'paid' && topup.creditedFor === p.id
  const parked = parkedFor(p.id)
  const excess = isUsed ? p.net - topup.cents : p.gross
  const ours = p.refunds
    .filter(r => r.status !== 'failed' && 'lago_dodo_bridge' in (r.row.refund.metadata ?? {}))
    .reduce((sum, r) => sum + r.amount, 0)
  const wrong: string[] = []
  if (!isUsed && p.recorded > 0) wrong.push(`${p.recorded} recorded, and it brought no credits`)
  if (ours > excess) wrong.push(`${ours} sent back, ${excess} was owed for nothing`)
  if (excess > 0 && p.back < excess && parked.length === 0)
    wrong.push(`${excess} of ${p.gross} is in no place: ${p.back} went back`)
  if (excess === 0 && parked.length > 0) wrong.push(`it brought credits, and is parked too: ${parked}`)
  return wrong
}

/** The buyer and the merchant's app are shown what is so. */
function shownAsItIs({ topup, shown, payments }: TopupBook): string[] {
  if (!shown) return []
  const used = payments.find(p => p.id === topup.creditedFor && p.recorded > 0)
  if ((shown.status === 'paid') !== (used !== undefined)) return [`it is shown as ${shown.status}`]
  if (used && shown.paid !== used.id) return [`it is shown as paid by ${shown.paid}, and was by ${used.id}`]
  return []
}
