import type { PaymentRow, SessionRow } from '../state.ts'
import { later, type World } from '../world.ts'
import { isOpen, movePayment } from './payments.ts'
import { settleSession } from './settle-session.ts'

/** Pays a confirmed session with a stored method, as scripted for the customer's charges. There is no page to send anyone to. */
export async function finishOneClick(
  world: World,
  session: SessionRow,
  row: PaymentRow,
  methodId: string,
): Promise<void> {
  const { payment } = row
  const script = world.charges.next(payment.customer.customer_id)
  payment.payment_method = 'card'
  payment.payment_method_id = methodId
  await movePayment(world, row, 'processing', { silent: !script.announceProcessing })
  await later(world, script.afterMs ?? 1000, async () => {
    if (script.outcome === 'hang' || !isOpen(payment.status)) return
    await movePayment(world, row, script.outcome, { errorCode: script.errorCode })
    await settleSession(world, session, row)
  })
}
