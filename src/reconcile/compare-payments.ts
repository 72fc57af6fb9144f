import { payableKey } from '../core/ids.ts'
import { formatMoney, money } from '../core/money.ts'
import { phaseOf } from '../core/plan/payment-state.ts'
import type { TaxMode } from '../core/policy.ts'
import type { KnownPayment } from '../db/queries/known-payments.ts'
import type { ListedPayment } from '../dodo/listed.ts'
import type { Difference, DifferenceKind } from './difference.ts'

/** How a payment of Dodo's list differs from what is known of it; null if it does not, or is not ours. */
export function comparePayment(
  listed: ListedPayment,
  known: KnownPayment | undefined,
  taxMode: TaxMode,
): Difference | null {
  if (!known) return listed.claimedKey === null ? null : unknown(listed, listed.claimedKey)
  const differs = (kind: DifferenceKind, wake = known.payableKey): Difference => ({
    kind,
    about: listed.id,
    payable: known.payableKey,
    invoice: known.invoiceNumber ?? known.payableKey,
    lago: '',
    dodo: say(listed),
    here: `${say(known)}, recorded ${known.recorded}, refunded ${known.refunded}`,
    wake: known.stuck ? null : wake,
  })
  if (phaseOf(listed.status) !== phaseOf(known.status))
    return differs('payment_status_differs', payableKey.stray(listed.id))
  if (listed.amount !== known.amount || listed.currency !== known.currency)
    return differs('payment_amount_differs', payableKey.stray(listed.id))
  return isUnplaced(known, taxMode) ? differs('payment_unplaced') : null
}

/** Money that came and is neither recorded, nor sent back, nor shown to a person. */
function isUnplaced(known: KnownPayment, taxMode: TaxMode): boolean {
  if (phaseOf(known.status) !== 'captured' || known.setup || known.amount === 0n || known.decided)
    return false
  const net = taxMode === 'exclusive' ? known.amount - known.tax : known.amount
  return known.recorded + known.refunded < net
}

const unknown = (listed: ListedPayment, claimedKey: string): Difference => ({
  kind: 'payment_unknown',
  about: listed.id,
  payable: null,
  invoice: claimedKey.slice(claimedKey.indexOf(':') + 1),
  lago: '',
  dodo: say(listed),
  here: 'unknown',
  wake: payableKey.stray(listed.id),
})

const say = (p: { status: string | null; amount: bigint; currency: string }) =>
  `${p.status ?? 'not begun'}, ${formatMoney(money(p.amount, p.currency))}`
