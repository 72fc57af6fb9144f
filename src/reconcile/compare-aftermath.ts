import type { DisputeFact } from '../core/facts.ts'
import { type DodoPaymentId, payableKey } from '../core/ids.ts'
import { formatMoney, money } from '../core/money.ts'
import type { ListedRefund } from '../dodo/listed.ts'
import type { Difference, DifferenceKind } from './difference.ts'
import type { Owner } from './owners.ts'

/** `known`: the status that the database has; undefined if it has no such refund. */
export function compareRefund(
  refund: ListedRefund,
  known: string | undefined,
  owner: Owner,
): Difference | null {
  // Without an amount it cannot be stored yet.
  if (known === refund.status || (known === undefined && refund.amount === null)) return null
  const amount = refund.amount === null ? '' : `, ${formatMoney(money(refund.amount, refund.currency))}`
  return differs('refund', refund.id, refund.paymentId, `${refund.status}${amount}`, known, owner)
}

export function compareDispute(
  dispute: DisputeFact,
  known: string | undefined,
  owner: Owner,
): Difference | null {
  if (known === dispute.status) return null
  const amount = formatMoney(money(dispute.amount, dispute.currency))
  return differs('dispute', dispute.id, dispute.paymentId, `${dispute.status}, ${amount}`, known, owner)
}

function differs(
  what: 'refund' | 'dispute',
  about: string,
  paymentId: DodoPaymentId,
  dodo: string,
  known: string | undefined,
  owner: Owner,
): Difference {
  const kind: DifferenceKind = known === undefined ? `${what}_unknown` : `${what}_status_differs`
  return {
    kind,
    about,
    payable: owner.key,
    invoice: owner.invoice,
    lago: '',
    dodo: `${dodo} of ${paymentId}`,
    here: known ?? 'unknown',
    wake: owner.stuck ? null : payableKey.stray(paymentId),
  }
}
