import { isRefusal } from '../calls/call-error.ts'
import type { DodoPaymentId } from '../core/ids.ts'
import type { Claim } from '../db/queries/claim-due.ts'
import { failRun } from '../db/queries/finish-run.ts'
import { dismissStray, placeStray } from '../db/queries/place-stray.ts'
import { claimOf } from '../dodo/webhook.ts'
import { readPayment } from '../steps/read.ts'
import { backoff } from './backoff.ts'
import type { RunContext } from './run.ts'

/** Finds out whose a payment is that we were told of and do not know, and hands it over; or lets it be. */
export async function runStray(claim: Claim, context: RunContext): Promise<void> {
  const { sql, dodo, now, log, patience } = context
  const id = claim.key.slice('stray:'.length) as DodoPaymentId
  try {
    const { payment } = await dodo.getPayment(id)
    const owner = claimOf(payment.metadata ?? {})
    if (!owner)
      return await dismissStray(sql, claim, 'A payment of another system: nothing here asked for it.', now())
    await placeStray(
      sql,
      claim,
      owner,
      payment.checkout_session_id ?? null,
      await readPayment(id, context),
      now(),
    )
  } catch (error) {
    if (isRefusal(error, 404)) return dismissStray(sql, claim, 'Dodo knows no such payment.', now())
    log.error({ payable: claim.key, err: error }, 'run failed')
    const attempts = claim.attempts + 1
    const spent = attempts >= patience.maxAttempts
    const retryAt = spent ? null : new Date(now().getTime() + backoff(attempts, patience))
    const message = error instanceof Error ? error.message : String(error)
    const attention = spent ? [{ reason: 'stuck' as const, about: claim.key, detail: message }] : null
    await failRun(
      sql,
      claim,
      { patch: {}, error: message, retryAt, attention, retryRequestedAt: null },
      now(),
    )
  }
}
